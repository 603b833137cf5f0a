"""Migration and rollback files: their names and what stands in them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

_NO_NAME = re.compile(r"[/\x00]")
# What the CLI takes for a migration in supabase/migrations.
_FILE_NAME = re.compile(r"([0-9]+)_(.*)\.sql")
_VERSION_FORMAT = "%Y%m%d%H%M%S"
_MAX_NAME = 60  # characters; keeps `git status` readable and paths short


@dataclass(frozen=True)
class MigrationFile:
    """A file in supabase/migrations: version, name, file name, whole text."""

    version: str
    name: str
    file_name: str
    text: str


def with_line_feeds(text: str) -> str:
    """Return the text of a file, with line feeds for line ends where all of them are CR LF, as git may check it out.

    A CR LF among line feeds is no line end of the file but content: of a string, or of the body of a function.
    """
    return text.replace("\r\n", "\n") if text.count("\r\n") == text.count("\n") else text


def parse_file_name(file_name: str) -> tuple[str, str] | None:
    """Return (version, name) of a file that the CLI takes for a migration, else None."""
    found = None if _NO_NAME.search(file_name) else _FILE_NAME.fullmatch(file_name)
    return (found[1], found[2]) if found else None


def file_name(version: str, name: str) -> str:
    """Return the name of a migration file, and of its rollback file."""
    return f"{version}_{name}.sql"


def checksum_of(text: str) -> str:
    """Return the SHA-256 of a text in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def clean_name(text: str) -> str:
    """Turn any words into a file name part: lower case letters, digits, underscores, 60 characters at most."""
    name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    return name[:_MAX_NAME].rstrip("_") or "schema_change"


def next_versions(now: datetime, taken: Iterable[str], count: int) -> tuple[str, ...]:
    """Return `count` versions, UTC timestamps a second apart, after `now` and after all `taken`.

    A version that is not a timestamp (somebody numbers by hand) is passed over.
    """
    start = now
    for version in taken:
        try:
            start = max(
                start, datetime.strptime(version, _VERSION_FORMAT).replace(tzinfo=now.tzinfo) + timedelta(seconds=1)
            )
        except (ValueError, OverflowError):
            continue
    return tuple((start + timedelta(seconds=step)).strftime(_VERSION_FORMAT) for step in range(count))


def push_marker(version: str) -> str:
    """Return the application_name under which a migration runs: how a push still in flight is recognised."""
    return f"supasync migration {version}"


def push_session(sync_id: str) -> str:
    """Return the application_name of the CLI's session in a push, between the migrations too."""
    return f"supasync push {sync_id}"


def _header(lines: Sequence[str]) -> str:
    return "".join(f"-- {line}\n" for text in lines for line in text.splitlines())


def migration_text(
    version: str, name: str, statements: Sequence[str], *, reason: str, lock_timeout: int, statement_timeout: int
) -> str:
    """Return the text of a migration file. Timeouts are in seconds.

    The settings stand inside the file because `db push` runs RESET ALL between files.
    """
    header = _header(
        (
            f"{name}: written by supasync, rehearsed on a copy of the schema before it was applied.",
            *((f"Why: {reason}",) if reason else ()),
            f"Rollback: supabase/rollbacks/{file_name(version, name)}",
        )
    )
    settings = (
        f"SET LOCAL application_name = '{push_marker(version)}'",
        f"SET LOCAL lock_timeout = '{lock_timeout}s'",
        f"SET LOCAL statement_timeout = '{statement_timeout}s'",
        "SET LOCAL check_function_bodies = off",
    )
    return header + "\n" + join_statements(settings, "\n") + "\n" + join_statements(statements)


def rollback_text(
    version: str,
    name: str,
    statements: Sequence[str],
    up_checksum: str,
    *,
    returns: str = "",
    restores: Sequence[str] = (),
) -> str:
    """Return the text of a rollback file. `returns` is the label with its reason, `restores` what comes back."""
    header = _header(
        (
            f"Undoes {file_name(version, name)}; written by supasync, rehearsed on a copy of the schema.",
            *((f"Returns: {returns}",) if returns else ()),
            *(f"Restores: {what}" for what in restores),
            f"Undoes checksum: {up_checksum}",
        )
    )
    body = "SET LOCAL check_function_bodies = off;\n\n" + join_statements(statements)
    return f"{header}-- Checksum of what follows: {checksum_of(body)}\n\n{body}"


def join_statements(statements: Iterable[str], gap: str = "\n\n") -> str:
    """Return the statements as one script, each ended by a semicolon."""
    return "".join(f"{statement}{_end(statement)}{gap}" for statement in statements).rstrip("\n") + "\n"


def _end(statement: str) -> str:
    # A line comment at the end would swallow the semicolon.
    return "\n;" if "--" in statement.rsplit("\n", 1)[-1] else ";"
