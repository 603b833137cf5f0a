"""Files of the project: the schema file, migrations and rollback files. Writes are all or nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from supasync.core.engine.line_ends import CRLF, refuse_text_with_crlf_in_names
from supasync.core.plan.migration_file import MigrationFile, checksum_of, parse_file_name, with_line_feeds
from supasync.core.plan.schema_file import SchemaFile
from supasync.errors import SupasyncError, UsageError
from supasync.redact import redact

_LARGEST = 64 << 20  # bytes; a schema of 10,000 tables has 5 MB


def read_schema_file(path: Path, project_dir: Path) -> SchemaFile:
    """Read the schema file.

    Raises UsageError when it is missing, empty or not UTF-8, InvalidSqlError for a name with CR LF.
    """
    name = relative_name(path, project_dir)
    try:
        if path.exists() and not path.is_file():
            raise UsageError(f"Cannot read {name}", reason="It is not a file.")
        _refuse_large(path, name)
        raw = path.read_bytes()
        modified = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        raise UsageError(
            f"There is no schema file at {name}",
            reason="A missing schema file would mean dropping everything in Supabase.",
            hint='Create it, or set its path in supasync.toml: schema = "path/to/schema.sql"',
        ) from None
    except OSError as error:
        raise UsageError(f"Cannot read {name}", reason=str(error.strerror)) from None
    try:
        written = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{name} is not UTF-8",
            reason=f"The first invalid byte is at offset {error.start}.",
            hint="Save it as UTF-8.",
        ) from None
    # In a checkout with CR LF, all line ends are so; among line feeds it is part of what it stands in.
    if CRLF in written and with_line_feeds(written) == written:
        refuse_text_with_crlf_in_names(written, name)
    text = written.replace(CRLF, "\n")
    return SchemaFile(name, text, checksum_of(text), modified)


def _refuse_large(path: Path, name: str) -> None:
    if path.stat().st_size > _LARGEST:
        raise UsageError(
            f"{name} is too large", reason=f"It has more than {_LARGEST >> 20} MB.", hint="Leave the data out of it."
        )


def relative_name(path: Path, project_dir: Path) -> str:
    """Return the path as the person would write it: relative to the project when inside of it."""
    return str(path.relative_to(project_dir)) if path.is_relative_to(project_dir) else str(path)


def is_within(path: Path, folders: Iterable[Path]) -> bool:
    """Tell whether a path stands in one of the folders, as it is written or where its links lead."""
    ends = [end for folder in folders for end in (folder, real(folder))]
    places = (path, real(path.parent) / path.name, real(path))
    return any(place.is_relative_to(end) for place in places for end in ends)


def real(path: Path) -> Path:
    """Return where the links of a path lead; unlike Path.resolve, not with an error where they lead in a circle."""
    return Path(os.path.realpath(path))


def read_migrations(migrations_dir: Path) -> tuple[MigrationFile, ...]:
    """Return the files that the CLI would take for migrations, oldest first. Raises SupasyncError."""
    if not migrations_dir.is_dir():
        return ()
    found = []
    for path in sorted(migrations_dir.iterdir()):
        parsed = parse_file_name(path.name)
        if parsed and path.is_file():
            try:
                _refuse_large(path, str(path))
                found.append(MigrationFile(parsed[0], parsed[1], path.name, exact_text(path)))
            except (OSError, UnicodeDecodeError) as error:
                raise SupasyncError(f"Cannot read {path}", reason=redact(str(error))) from None
    return tuple(sorted(found, key=lambda migration: (len(migration.version), migration.version)))


def read_text(path: Path) -> str | None:
    """Return a file's text, None when it is not there."""
    try:
        return exact_text(path)
    except FileNotFoundError:
        return None


def exact_text(path: Path) -> str:
    """Return a file's text. Raises OSError, UnicodeDecodeError."""
    # Not `read_text`: it takes each carriage return for a line end, also one in a name.
    return with_line_feeds(path.read_bytes().decode())


def write_new(path: Path, text: str) -> None:
    """Write a file that must not exist yet, whole or not at all. Raises SupasyncError."""
    with _beside_written(path, text) as temporary:
        os.link(temporary, path)


def replace(path: Path, text: str) -> None:
    """Write a file anew, whole or not at all. Raises SupasyncError."""
    with _beside_written(path, text) as temporary:
        if path.exists():
            temporary.chmod(path.stat().st_mode)
        temporary.replace(path)


@contextmanager
def _beside_written(path: Path, text: str) -> Iterator[Path]:
    """Hand out a file beside `path` that says `text` and is on the disk; it is gone afterwards."""
    temporary = _beside(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.unlink(missing_ok=True)
            # A link in its place, which git may have brought, would lead to another file.
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            yield temporary
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from None


def move(path: Path, to: Path) -> bool:
    """Move a file to a place that is made for it; tell whether it was there. Raises SupasyncError."""
    try:
        if not path.exists():
            return False
        to.parent.mkdir(parents=True, exist_ok=True)
        path.replace(to)
    except OSError as error:
        raise _unwritable(to, error) from None
    return True


def _unwritable(path: Path, error: OSError) -> SupasyncError:
    return SupasyncError(
        f"Cannot write {path}",
        reason=str(error.strerror or error),
        hint="Check the disk and the folder's permissions.",
    )


def _beside(path: Path) -> Path:
    # A fixed name, so that what a kill in the midst of writing leaves behind can be found and removed.
    return path.with_name(f".supasync-{path.name}")


def take_back(path: Path, text: str) -> bool:
    """Remove a file that supasync wrote, if it still says `text`; tell whether it is gone."""
    try:
        _beside(path).unlink(missing_ok=True)
        if path.read_bytes() != text.encode():
            return False
        path.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return not path.exists()
    return True
