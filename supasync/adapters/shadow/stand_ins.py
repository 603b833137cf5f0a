"""Stand-ins put among the extensions of the shadow's PostgreSQL, as files that CREATE EXTENSION reads.

A file has the digest of what is in it for a version, so that the targets of all projects have theirs side by side.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from psycopg import sql

from supasync.adapters.database_errors import StatementError
from supasync.adapters.postgres import Session
from supasync.adapters.shadow.extensions import STUB
from supasync.core.catalog.stand_in import StandIn
from supasync.core.sql import quote_ident
from supasync.errors import SupasyncError

# Types of shipped stubs that print modifiers in a way of their own.
_OF_STUBS = {"postgis": ("geometry", "geography")}


class _Undone(Exception):
    """Ends a transaction in which statements were only tried."""


class StandIns:
    """The stand-ins for one target, in the folder of a PostgreSQL's extensions."""

    def __init__(self, folder: Path | None, found: Sequence[StandIn], available: Sequence[StandIn]) -> None:
        """Those in `found`, and in `available` where nothing is known of them here; none without a folder."""
        self._folder = folder or Path()
        known = [one for one in found if folder and not _is_real(folder, one.name)]
        empty = [one for one in available if folder and _is_unknown(folder, one.name)]
        self._empty = frozenset(one.name for one in empty)
        self._found = {one.name: one for one in (*empty, *known)}

    @property
    def known(self) -> Mapping[str, StandIn]:
        """The stand-ins, by the names of the extensions."""
        return self._found

    @property
    def empty(self) -> frozenset[str]:
        """The names of the extensions of which only the name is known."""
        return self._empty

    @property
    def modified(self) -> frozenset[str]:
        """The names of types that print modifiers in a way of their own."""
        found = [name for one in self._found.values() for name in one.modified]
        shipped = (name for stub, names in _OF_STUBS.items() if stub not in self._found for name in names)
        return frozenset((*found, *shipped)) if self._folder.is_absolute() else frozenset()

    def are_there(self) -> bool:
        """Tell whether all files were written."""
        return all(_script(self._folder, one).is_file() for one in self._found.values())

    def put(self, name: str, admin: Session) -> None:
        """Write the files of the stand-in for an extension, if it has one and they are not there.

        `admin` is a superuser's session with a database that nobody's file is in: what does not run there is left
        out. Raises SupasyncError.
        """
        found = self._found.get(name)
        if found and not _script(self._folder, found).is_file():
            try:
                _put(self._folder, found, admin)
            except OSError as error:
                reason = f"{self._folder}: {error.strerror}"
                message = f"Cannot write what stands in for the extension {name} in the shadow"
                raise SupasyncError(message, reason=reason, hint="Make room, or remove that folder.") from None

    def put_empty(self, admin: Session) -> None:
        """Write the files of those of which only the name is known. Raises SupasyncError."""
        for name in self._empty:
            self.put(name, admin)


def _put(folder: Path, found: StandIn, admin: Session) -> None:
    name = found.name
    settings = [f"relocatable = {str(found.relocatable).lower()}"]
    if found.requires:
        settings.append(f"requires = {_setting(', '.join(map(quote_ident, found.requires)))}")
    if found.fixed:
        settings.append(f"schema = {_setting(found.fixed)}")
    statements = _that_run(admin, found) if found.statements else []
    _write(folder / f"{name}--{found.version}.control", "\n".join(settings) + "\n")
    if not (folder / f"{name}.control").is_file():
        _write(folder / f"{name}.control", f"comment = {_setting(STUB)}\n")
    _write(_script(folder, found), "".join(f"{text};\n" for text in statements))  # last: it says that all is there


def _is_real(folder: Path, name: str) -> bool:
    control = folder / f"{name}.control"
    return control.is_file() and f"'{STUB}'" not in control.read_text(encoding="utf-8", errors="replace")


def _is_unknown(folder: Path, name: str) -> bool:
    control = folder / f"{name}.control"
    return not control.is_file() or "default_version" not in control.read_text(encoding="utf-8", errors="replace")


def _script(folder: Path, found: StandIn) -> Path:
    return folder / f"{found.name}--{found.version}.sql"


def _setting(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _write(path: Path, text: str) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(path)


def _that_run(admin: Session, found: StandIn) -> list[str]:
    """Return the statements that run, in an order in which they do."""
    done: list[str] = []
    try:
        with admin.transaction():
            admin.rows("set local client_min_messages = error")
            admin.rows("set local check_function_bodies = off")
            if not admin.value("select exists (select from pg_namespace where nspname = %s)", (found.schema,)):
                admin.rows(sql.SQL("create schema {}").format(sql.Identifier(found.schema)))
            admin.rows("select set_config('search_path', %s, true)", (f"{quote_ident(found.schema)}, pg_temp",))
            waiting: Sequence[str] = found.statements
            while waiting:
                later: list[str] = []
                for text in waiting:
                    (done if _runs(admin, found, text) else later).append(text)
                if len(later) == len(waiting):
                    break
                waiting = later
            raise _Undone
    except _Undone:
        return done


def _runs(admin: Session, found: StandIn, text: str) -> bool:
    try:
        with admin.transaction():
            admin.script(text.replace("@extschema@", quote_ident(found.schema)))
    except StatementError:
        return False
    return True


NO_STAND_INS = StandIns(None, (), ())
