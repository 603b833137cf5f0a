"""What `doctor` looks at: tools, files and the connection. One failure never hides the rest."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from supasync import __version__
from supasync.adapters import doctor_connection as connection
from supasync.adapters.process import find_on_path, run
from supasync.adapters.shadow.confinement import confinement
from supasync.adapters.shadow.install import SUPPORTED_MAJORS, PostgresInstall, find_installs, install_hint
from supasync.adapters.shadow.launcher import may_leave_ipc
from supasync.adapters.sqlc import INSTALL as INSTALL_SQLC
from supasync.adapters.sqlc import find_config, find_program, version_of
from supasync.adapters.supabase import INSTALL as INSTALL_CLI
from supasync.adapters.supabase import SUPPORTED, find_cli
from supasync.adapters.target_address import Address
from supasync.core.counting import plural
from supasync.core.report import Check
from supasync.core.trust import JudgedItem, Standing
from supasync.errors import SupasyncError

DEFAULT_MAJOR = 17  # what Supabase gives a new project; only for advice when the target does not tell
INSTALL_JUST = "pip install rust-just"
_TIMEOUT = 30  # seconds; a version is told in milliseconds


@dataclass(frozen=True)
class Subject:
    """What to inspect: the settings that matter, as values. `search_path` is PATH.

    `config` is None without a supasync.toml, `schema_file` when the configuration cannot be read;
    `address` resolves the target when called, and may raise SupasyncError; `dedicated_shadow` tells
    that another server than the embedded one is the shadow. Programs in the folders of `passed_over_...` are not
    run; `trust` is the check of what the repository names.
    """

    project_dir: Path
    config: Path | None
    schema_file: Path | None
    address: Callable[[], Address]
    search_path: str
    supabase_cli: Path | None = None
    postgres_dir: Path | None = None
    sqlc: Path | None = None
    dedicated_shadow: bool = False
    passed_over_cli: tuple[Path, ...] = ()
    passed_over_postgres: tuple[Path, ...] = ()
    trust: Check | None = None


def inspect(subject: Subject) -> Iterator[Check]:
    """Yield all checks, those that need no connection first."""
    yield Check("Python", True, f"{platform.python_version()} ({sys.executable})")
    yield Check("supasync", True, f"{__version__} ({Path(__file__).parents[1]})")
    yield from _project(subject)
    if subject.trust:
        yield subject.trust
    yield from guarded("Supabase CLI", lambda: _cli(subject))
    yield from guarded("sqlc", lambda: _sqlc(subject))
    yield from guarded("just", lambda: _just(subject))
    yield _node_modules(subject.project_dir)
    probe = connection.ConnectionProbe(subject.address)
    seen = tuple(probe.checks())
    yield from guarded("PostgreSQL programs", lambda: _postgres(subject, probe.major))
    yield _shadow(subject)
    yield from seen


def guarded(name: str, look: Callable[[], Check]) -> Iterator[Check]:
    """Yield the check, or a failed one that says why it could not be made."""
    try:
        found = look()
    except SupasyncError as error:
        found = failed(name, error)
    yield found


def failed(name: str, error: SupasyncError) -> Check:
    """Put an error into the form of a check."""
    lines = (error.message, error.reason, *error.details)
    return Check(name, False, ". ".join(line.rstrip(".") for line in lines if line), error.hint)


def trust_check(items: Sequence[JudgedItem], *, this_run: bool) -> Check | None:
    """Say of what the repository names whether it is used; None when it names nothing."""
    denied = [found.item for found in items if found.standing is not Standing.TRUSTED]
    if not items:
        return None
    if this_run or not denied:
        how = "for this run, by SUPASYNC_TRUST" if this_run else "as it is now"
        return Check("Trust", True, f"{plural(len(items), 'item')} of this repository trusted {how}")
    lines = "\n".join(item.words for item in denied)
    return Check("Trust", None, f"not trusted, so not used:\n{lines}", "Look at it, then run: supasync trust")


def _project(subject: Subject) -> Iterator[Check]:
    yield Check("Project", True, str(subject.project_dir))
    if subject.schema_file is None:
        return
    config = str(subject.config) if subject.config else "no supasync.toml: defaults are used"
    yield Check("Configuration", True if subject.config else None, config)
    if subject.schema_file.is_file():
        yield Check("Schema file", True, str(subject.schema_file))
    else:
        remedy = 'Create it, or set its path in supasync.toml: schema = "path/to/schema.sql"'
        yield Check("Schema file", False, f"not found: {subject.schema_file}", remedy)


def _cli(subject: Subject) -> Check:
    install = find_cli(subject.project_dir, subject.supabase_cli, subject.search_path, subject.passed_over_cli)
    told = f"{install.version_text}, {install.path} ({install.origin})"
    if install.supported:
        return Check("Supabase CLI", True, f"{told}, supported")
    return Check("Supabase CLI", False, f"{told}, not supported: use {SUPPORTED}", f"Run: {INSTALL_CLI}")


def _sqlc(subject: Subject) -> Check:
    config = find_config(subject.project_dir)
    uses = f"for {config.name}" if config else "this project has no sqlc configuration"
    found = find_program(subject.sqlc, subject.search_path)
    if found is None:
        return Check("sqlc", False if config else None, f"not found ({uses})", f"Run: {INSTALL_SQLC}")
    return Check("sqlc", True, f"{version_of(found[0])}, {found[0]} ({found[1]}), {uses}")


def _just(subject: Subject) -> Check:
    beside = Path(sys.executable).parent
    found = find_on_path("just", f"{subject.search_path}:{beside}")
    if found is None:
        return Check("just", None, "not found (optional: runs the recipes of a justfile)", f"Run: {INSTALL_JUST}")
    version = run(found, "--version", timeout=_TIMEOUT).stdout.strip().removeprefix("just ")
    return Check("just", True, f"{version}, {found}")


def _node_modules(project_dir: Path) -> Check:
    places = (place / "node_modules" for place in (project_dir, *project_dir.parents))
    found = next((place for place in places if place.is_dir()), None)
    if found:
        return Check("node_modules", True, str(found))
    return Check("node_modules", None, "not found in this directory or its parents", f"Run: {INSTALL_CLI}")


def _postgres(subject: Subject, major: int | None) -> Check:
    if subject.dedicated_shadow:
        return Check("PostgreSQL programs", None, "not needed: the shadow is a dedicated server")
    installs = find_installs(subject.project_dir, subject.postgres_dir, subject.passed_over_postgres)
    lines = [f"{install.version}, {install.bin_dir} ({install.origin}){_rating(install)}" for install in installs]
    wanted = major or DEFAULT_MAJOR
    fitting = next((install for install in installs if install.major == wanted), None)
    if fitting is None:
        present = "; ".join(lines) or "none found"
        named = f"the target runs {wanted}" if major else "the target's version is unknown"
        usable = any(install.major in SUPPORTED_MAJORS for install in installs)
        return Check(
            "PostgreSQL programs",
            None if usable and not major else False,
            f"{present} ({named})",
            f"Run: {install_hint(wanted)}",
        )
    if major:
        lines[installs.index(fitting)] += ", used for this target"
    return Check("PostgreSQL programs", True, "\n".join(lines))


def _shadow(subject: Subject) -> Check:
    if subject.dedicated_shadow:
        return Check("Shadow", None, "a dedicated server: what a schema file may reach there is up to it")
    by = confinement()
    remedy = "" if by.holds else "Load schema files of people you trust only, or in a container."
    gap = "" if not by.abi or may_leave_ipc() else "; System V memory of your other programs is in its reach"
    return Check("Shadow", True if by.holds else None, by.describe() + gap, remedy)


def _rating(install: PostgresInstall) -> str:
    return "" if install.major in SUPPORTED_MAJORS else ", not supported"
