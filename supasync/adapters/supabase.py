"""The Supabase CLI: the one place that knows its flags, its answers, and the difference between 3.x and 2.x."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from supasync.adapters.call_folder import call_folder
from supasync.adapters.files import is_within
from supasync.adapters.process import Completed, run
from supasync.core.endpoint import Endpoint
from supasync.errors import SupasyncError, UsageError
from supasync.redact import redact

SUPPORTED = "2.122 or newer, or 3.x"
INSTALL = "npm install --save-dev supabase@^3.1.0"
REPAIR_TIMEOUT = 60  # seconds; it deletes a few rows
DIFF_TIMEOUT = 120  # seconds; 1,000 tables take 4 on two cores, and a shared CI machine may be many times slower
_QUIET = {"SUPABASE_TELEMETRY_DISABLED": "1", "SUPABASE_NO_UPDATE_NOTIFIER": "1", "DO_NOT_TRACK": "1", "NO_COLOR": "1"}
_TLS_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")  # weakest first
_AT_STATEMENT = re.compile(r"^At statement: (\d+)$", re.MULTILINE)
_SQLSTATE = re.compile(r"\(SQLSTATE ([0-9A-Z]{5})\)")


class CliError(SupasyncError):
    """The CLI ended with an error. `code` is its own name for it."""

    def __init__(self, message: str, *, reason: str = "", hint: str = "", code: str = "") -> None:
        super().__init__(message, reason=reason, hint=hint)
        self.code = code


class PushError(CliError):
    """`db push` failed. `statement` counts from 0 in the failing file; -1 when the CLI named none."""

    def __init__(self, message: str, *, reason: str, hint: str, code: str, statement: int, sqlstate: str) -> None:
        super().__init__(message, reason=reason, hint=hint, code=code)
        self.statement = statement
        self.sqlstate = sqlstate


@dataclass(frozen=True)
class CliInstall:
    """The program, and its version as (major, minor, patch)."""

    path: Path
    version: tuple[int, int, int]
    origin: str

    @property
    def supported(self) -> bool:
        """Whether supasync was measured against this version, or a newer one of the same major."""
        return self.version[:2] >= (2, 122) and self.version[0] <= 3

    @property
    def version_text(self) -> str:
        """The version as people write it."""
        return ".".join(map(str, self.version))


class SupabaseCli:
    """Calls of one installed CLI. `directory` is a private folder in which the calls run.

    The calls run in their own project directory, so that nothing in the user's `supabase/config.toml`
    (vault secrets, seeds, disabled migrations) takes part in a schema change.
    """

    def __init__(self, install: CliInstall, directory: Path) -> None:
        self._install = install
        self._directory = directory
        self.calls = 0

    @property
    def install(self) -> CliInstall:
        """Which CLI this is."""
        return self._install

    @property
    def version(self) -> str:
        """The version as people write it."""
        return self._install.version_text

    def diff(self, source: Endpoint, desired: Endpoint) -> str:
        """Return the SQL that turns `source` into `desired`, empty when the CLI sees no difference.

        Raises CliError when the diff engine refuses, ToolTimeoutError.
        """
        arguments = ["db", "diff", "--from", source.url_to_compare(), "--to", desired.url_to_compare()]
        answer = self._call(arguments, (source, desired), timeout=DIFF_TIMEOUT)
        script = answer.get("diff")
        if not isinstance(script, str):
            raise CliError("supabase db diff returned no result (exit code 0)", reason="Its output contains no SQL.")
        return script

    def push(self, target: Endpoint, migrations_dir: Path, *, timeout: float, session_name: str) -> tuple[str, ...]:
        """Apply the migrations that the target's history lacks; return their file names.

        `timeout` is in seconds; the session goes by `session_name` in pg_stat_activity, where the CLI can
        give it a name. Raises PushError; files before the failing one stay applied.
        """
        arguments = ["db", "push", "--yes", "--skip-vault", *self._target(target)]
        answer = self._call(
            arguments, (target,), timeout=timeout, migrations_dir=migrations_dir, session_name=session_name
        )
        return tuple(str(name) for name in answer.get("migrations", ()))

    def mark_reverted(self, target: Endpoint, versions: Sequence[str]) -> None:
        """Delete history rows (`migration repair --status reverted`); the schema is not touched.

        Raises CliError, ToolTimeoutError.
        """
        arguments = ["migration", "repair", "--status", "reverted", *versions, "--yes", *self._target(target)]
        self._call(arguments, (target,), timeout=REPAIR_TIMEOUT)

    def _target(self, target: Endpoint) -> tuple[str, ...]:
        if self._install.version[0] >= 3:
            return (f"--remote={target.url()}",)
        return ("--db-url", target.url())

    def _call(
        self,
        arguments: Sequence[str],
        endpoints: Sequence[Endpoint],
        *,
        timeout: float,
        migrations_dir: Path | None = None,
        session_name: str = "",
    ) -> Mapping[str, Any]:
        self.calls += 1
        private = {"PGSSLMODE": _strictest(endpoints), **_named(session_name, endpoints)}
        with self._workdir(endpoints, migrations_dir) as (workdir, passfile, lock):
            done = run(
                self._install.path,
                *arguments,
                "--output-format",
                "json",
                "--workdir",
                str(workdir),
                timeout=timeout,
                environment={**_QUIET, "PGPASSFILE": str(passfile), "HOME": str(workdir), **private},
                cwd=workdir,
                keep_open=(lock,),
                exact=True,
            )
        return _answer(done, " ".join(arguments[:2]))

    @contextmanager
    def _workdir(self, endpoints: Sequence[Endpoint], migrations_dir: Path | None) -> Iterator[tuple[Path, Path, int]]:
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        with call_folder(self._directory) as (workdir, lock):
            (workdir / "supabase").mkdir()
            if migrations_dir:
                (workdir / "supabase" / "migrations").symlink_to(migrations_dir, target_is_directory=True)
            passfile = workdir / "pgpass"
            passfile.touch(mode=0o600)
            passfile.write_text(
                "".join(endpoint.passfile_line() + "\n" for endpoint in endpoints if not endpoint.private)
            )
            yield workdir, passfile, lock


def _strictest(endpoints: Sequence[Endpoint]) -> str:
    # Each URL says its own mode; the variable is for a CLI that loses it on the way, and would fall back to plaintext.
    return max((endpoint.sslmode for endpoint in endpoints), key=_TLS_MODES.index)


def _named(session_name: str, endpoints: Sequence[Endpoint]) -> Mapping[str, str]:
    # A CLI that is given a session name (in the URL too) writes the URL anew, and gets IPv6 addresses and
    # database names that need escapes wrong: "getaddrinfo ENOTFOUND [::1]". Seen in 2.122 and 3.1.
    fragile = any(":" in endpoint.host or quote(endpoint.dbname, safe="") != endpoint.dbname for endpoint in endpoints)
    return {"PGAPPNAME": session_name} if session_name and not fragile else {}


def _answer(done: Completed, command: str) -> Mapping[str, Any]:
    # Not `splitlines`: a name may hold U+0085 or U+2028, which JSON does not escape.
    last = next((line for line in reversed(done.stdout.split("\n")) if line.startswith("{")), "")
    try:
        answer: Mapping[str, Any] = json.loads(last)
    except json.JSONDecodeError:
        answer = {}
    error = answer.get("error")
    failed = answer.get("_tag") == "Error"
    if answer and not failed and done.code == 0:
        return answer
    if not failed or not isinstance(error, dict):
        raise _no_answer(done, command)
    message, hint, code = (redact(str(error.get(name) or "")).strip() for name in ("message", "suggestion", "code"))
    if command == "db push":
        statement, sqlstate = _AT_STATEMENT.search(message), _SQLSTATE.search(message)
        raise PushError(
            "supabase db push failed",
            reason=message,
            hint=hint,
            code=code,
            statement=int(statement[1]) if statement else -1,
            sqlstate=sqlstate[1] if sqlstate else "",
        )
    raise CliError(f"supabase {command} failed", reason=message, hint=hint, code=code)


def _no_answer(done: Completed, command: str) -> CliError:
    tail = redact("\n".join((done.stderr or done.stdout).strip().split("\n")[-3:]))
    return CliError(f"supabase {command} returned no result (exit code {done.code})", reason=tail)


def find_cli(
    project_dir: Path, setting: Path | None, search_path: str, passed_over: Collection[Path] = ()
) -> CliInstall:
    """Find the CLI: the setting, `node_modules/.bin` upward from the project, then `search_path` (PATH).

    What stands in a folder of `passed_over` counts as not there.

    Raises UsageError with the command that installs it.
    """
    candidates: list[tuple[Path, str]] = [(setting, "setting supabase_cli")] if setting else []
    if not setting:
        candidates += [
            (place / "node_modules" / ".bin" / "supabase", "node_modules")
            for place in (project_dir, *project_dir.parents)
        ]
        candidates += [(Path(place) / "supabase", "PATH") for place in search_path.split(":") if place[:1] == "/"]
    for path, origin in candidates:
        if path.is_file() and not is_within(path, passed_over):
            native = native_binary(path.resolve())
            return CliInstall(native, _version(native), origin)
    if setting:
        raise UsageError(f"Supabase CLI not found at {setting}", hint=f"Fix the setting, or run: {INSTALL}")
    raise UsageError("The Supabase CLI is not installed", hint=f"Run: {INSTALL}")


def native_binary(path: Path) -> Path:
    """Return the program behind npm's start script, which would need node on PATH and 40 ms more."""
    if path.suffix != ".js":
        return path
    found = [
        binary
        for scope in (
            path.parents[1] / "node_modules",
            *(place for place in path.parents if place.name == "node_modules"),
        )
        for binary in sorted((scope / "@supabase").glob("cli-*/bin/supabase"))
    ]
    return found[0] if found else path


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # then the program tells its version
    return found if isinstance(found, dict) else {}


def _version(path: Path) -> tuple[int, int, int]:
    manifest = path.parents[1] / "package.json"
    text = ""
    if manifest.is_file():
        told = _json(manifest)
        # A program in a project's own bin directory stands beside that project's manifest.
        if str(told.get("name", "")).startswith(("supabase", "@supabase/cli-")):
            text = str(told.get("version", ""))
    if not text:
        text = run(path, "--version", timeout=30, environment=_QUIET).stdout
    numbers = re.search(r"(\d+)\.(\d+)\.(\d+)", text)
    if not numbers:
        raise UsageError(f"{path} does not report its version", hint=f"Supported: {SUPPORTED}. Run: {INSTALL}")
    return int(numbers[1]), int(numbers[2]), int(numbers[3])
