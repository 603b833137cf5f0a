"""A scratch project, and supasync run in it: as a child process without a terminal, or in this process."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from supasync.adapters.catalog import read_fingerprint
from tests.support.swift import SWIFT
from tests.support.targets import PROJECT, TargetDatabase

# Every table outside of the platform's schemas, the history and the ledger included, with a query for its rows.
_TABLES = """
    select format('%I.%I', n.nspname, c.relname), format('select t::text from %I.%I t order by 1', n.nspname, c.relname)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and pg_get_userbyid(c.relowner) = 'postgres' order by 1
"""
CLI_2 = PROJECT / "node_modules" / "supabase-2" / "dist" / "supabase.js"
# What a shell would give to a program; everything else of the developer's environment stays away.
_PASSED_ON = ("PATH", "USER", "LOGNAME", "LANG", "LC_ALL", "TMPDIR", "PYTHONDONTWRITEBYTECODE",
              "COVERAGE_PROCESS_CONFIG")  # fmt: skip
# Most projects of tests name programs and folders of the checkout; tests/integration/test_trust.py is without it.
TRUSTED = {"SUPASYNC_TRUST": "1"}


@dataclass(frozen=True)
class Result:
    """How a run ended: exit code (negative: the signal), stdout, stderr."""

    code: int
    out: str
    err: str

    def ok(self) -> Result:
        """Return this result when the exit code is 0, else fail with all that was printed."""
        return self.ended(0)

    def ended(self, code: int) -> Result:
        """Return this result when the exit code is `code`, else fail with all that was printed."""
        assert self.code == code, f"exit {self.code}, not {code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"
        return self


class Project:
    """A project directory with settings, `.env`, schema file, the checkout's tools and a git repository."""

    def __init__(self, path: Path, target: TargetDatabase, cache: Path) -> None:
        self.path = path
        self.target = target
        self.cache = cache
        self.home = path / ".home"

    @classmethod
    def begin(cls, path: Path, target: TargetDatabase, cache: Path, *, cli: str = "3", toml: str = "") -> Project:
        """Make the directory of a project, and all that is in it."""
        made = cls(path, target, cache)
        made.home.mkdir(parents=True)
        settings = f'cache_dir = "{cache}"\n' + (f'supabase_cli = "{CLI_2}"\n' if cli == "2" else "")
        (path / "supasync.toml").write_text(settings + toml, encoding="utf-8")
        (path / ".gitignore").write_text(".env\nnode_modules\n.home\n", encoding="utf-8")
        (path / "node_modules").symlink_to(PROJECT / "node_modules", target_is_directory=True)
        made.write_env(DATABASE_URL=target.dsn)
        made.git("init", "--quiet")
        made.git("config", "user.name", "Ada Test")
        made.git("config", "user.email", "ada@example.org")
        return made

    def copy(self, path: Path, target: TargetDatabase) -> Project:
        """Return a project that is as this one is now, with another target."""
        shutil.copytree(self.path, path, symlinks=True)
        made = Project(path, target, self.cache)
        made.write_env(DATABASE_URL=target.dsn)
        return made

    @property
    def migrations(self) -> tuple[Path, ...]:
        """The migration files, oldest first."""
        return tuple(sorted((self.path / "supabase" / "migrations").glob("*.sql")))

    @property
    def rollbacks(self) -> tuple[Path, ...]:
        """The rollback files, oldest first."""
        return tuple(sorted((self.path / "supabase" / "rollbacks").glob("*.sql")))

    def files(self) -> dict[str, str]:
        """Return every file below `supabase/` with its text."""
        base = self.path / "supabase"
        return {
            str(path.relative_to(base)): path.read_text(encoding="utf-8") for path in base.rglob("*") if path.is_file()
        }

    def state(self) -> dict[str, Any]:
        """Return what a refusal must leave alone: catalog, rows, history, ledger, files, working tree."""
        with self.target.session() as session:
            tables = session.rows(_TABLES)
            rows = {name: session.rows(query) for name, query in tables}
            catalog = read_fingerprint(session).rows
        return {"catalog": catalog, "rows": rows, "files": self.files(), "git": self.git("status", "--short")}

    def write_schema(self, text: str) -> None:
        """Write the schema file."""
        (self.path / "schema.sql").write_text(text, encoding="utf-8")

    def write_env(self, **values: str) -> None:
        """Write `.env` anew."""
        (self.path / ".env").write_text(
            "".join(f"{name}={value}\n" for name, value in values.items()), encoding="utf-8"
        )

    def git(self, *arguments: str) -> str:
        """Run git in the project; return its output."""
        done = subprocess.run(
            ("git", *arguments), cwd=self.path, env=self.environment(), capture_output=True, text=True, check=True
        )
        return done.stdout

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return a clean environment, with `extra` on top."""
        kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        path = os.pathsep.join((str(PROJECT), str(SWIFT)))
        own = {"HOME": str(self.home), "PYTHONPATH": path, "PYTHONUTF8": "1", **TRUSTED}
        return {**kept, **own, **(extra or {})}

    def start(
        self, *arguments: str, env: Mapping[str, str] | None = None, module: str = "supasync", **popen: Any
    ) -> subprocess.Popen[str]:
        """Start supasync, or another module, in a session of its own, without a terminal; the caller ends it."""
        given: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(
            (sys.executable, "-m", module, *arguments),
            cwd=self.path,
            env=self.environment(env),
            text=True,
            start_new_session=True,
            **{**given, **popen},
        )

    def run(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        input: str | None = None,  # noqa: A002  (named as in subprocess.run)
        timeout: float = 300,
        module: str = "supasync",
    ) -> Result:
        """Run supasync as a child to its end. `timeout` is in seconds: a hang fails the test."""
        stdin = subprocess.DEVNULL if input is None else subprocess.PIPE
        process = self.start(*arguments, env=env, stdin=stdin, module=module)
        try:
            out, err = process.communicate(input, timeout=timeout)
        finally:
            if process.returncode is None:
                process.kill()
                process.communicate()
        return Result(process.returncode, out, err)

    def invoke(self, *arguments: str, env: Mapping[str, str] | None = None) -> Result:
        """Run a command in this process: cheaper than `run` by a start of Python."""
        from supasync import cli

        out, err = io.StringIO(), io.StringIO()
        with (
            mock.patch.dict(os.environ, self.environment(env), clear=True),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            command, *rest = arguments
            code = cli.app([command, "--directory", str(self.path), *rest], standalone_mode=False)
        return Result(code if isinstance(code, int) else 0, out.getvalue(), err.getvalue())

    def json(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        """Run a command in this process with `--json`, expect its exit code, return its object."""
        found = json.loads(self.invoke(*arguments, "--json").ended(code).out)
        assert isinstance(found, dict)
        assert code not in (0, 3) or "error" not in found, found
        return found


MakeProject = Callable[..., Project]
