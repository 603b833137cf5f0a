"""Databases of a shadow server as such: made by copying, renamed, dropped, and known by their content."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from psycopg import sql

from supasync.adapters.catalog import read_fingerprint
from supasync.adapters.database_errors import StatementError
from supasync.adapters.postgres import Session
from supasync.adapters.shadow import roles
from supasync.adapters.shadow.records import Record
from supasync.adapters.shadow.server import Server
from supasync.adapters.shadow.superuser import connect_as_owner
from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.catalog.surroundings import Surroundings
from supasync.errors import SupasyncError

_IN_USE = "55006"
_SETTINGS_IN_DATABASES = """
select r.rolname::pg_catalog.text, d.datname::pg_catalog.text from pg_catalog.pg_db_role_setting s
join pg_catalog.pg_roles r on r.oid = s.setrole
join pg_catalog.pg_database d on d.oid = s.setdatabase where starts_with(d.datname, %s)
"""
_WAIT = 10.0  # seconds for the last session to leave a database before it is copied or renamed
_PAUSE = 0.01  # seconds between two tries


class ServerDatabases:
    """The databases of one server, for one context; `admin` is the session with its maintenance database."""

    def __init__(self, server: Server, context: Surroundings) -> None:
        self._server = server
        self._records = server.records
        self._context = context
        self._recognised: set[str] = set()
        self._admin = server.admin()
        self._lost = False
        self._restarting = threading.Lock()

    @property
    def admin(self) -> Session:
        """The session with the maintenance database; a new one after the server has ended all sessions."""
        with self._restarting:
            if self._lost:
                self._admin.close()
                self._admin = self._server.admin()
                self._lost = False
            return self._admin

    def another_admin(self) -> Session:
        """Open another session with the maintenance database; not while the server starts, when it may be a trap."""
        with self._restarting:
            return self._server.admin()

    @contextmanager
    def sessions_lost(self) -> Iterator[None]:
        """Let the block end all sessions of the server, and wait with new ones until it is done; in any thread."""
        with self._restarting:
            self._lost = True
            yield

    def begin_anew(self) -> bool:
        """Empty the server, if it is ours; return whether that was done."""
        if not self._server.remake():
            return False
        self._recognised.clear()
        self._lost = True
        return True

    def exists(self, name: str) -> bool:
        """Return whether the server has the database."""
        return bool(self.admin.value("select exists (select from pg_catalog.pg_database where datname = %s)", (name,)))

    def known(self, name: str) -> bool:
        """Return whether the server has the database that supasync made under this name."""
        record = self._records.get(name)
        return record is not None and self._oid(name) == record.oid

    def named(self, kind: str = "") -> tuple[str, ...]:
        """Return the names of the databases of a kind, or of all that were made here."""
        query = "select datname from pg_catalog.pg_database where starts_with(datname, %s)"
        return tuple(str(row[0]) for row in self.admin.rows(query, (f"{self._server.prefix}{kind}",)))

    def create(self, name: str, template: str) -> None:
        """Copy a database. Raises SupasyncError for one that is not what it was when it was made."""
        self._recognise(template)
        # Copying files beats logging every page several times over, as nothing here is synced to disk.
        strategy = "strategy file_copy" if self._context.major >= 15 else ""
        text = "create database {} template {} owner {} " + strategy
        known = self._server.superuser and self._context.owner in roles.names(self.admin)
        owner = sql.Identifier(self._context.owner) if known else sql.SQL("default")
        self._once_unused(sql.SQL(text).format(sql.Identifier(name), sql.Identifier(template), owner))
        # Settings of a database are not copied with it.
        self._set_path(name)

    def rename(self, old: str, new: str) -> None:
        """Give a database the name under which it lasts, and which another one may have had.

        From then on it is the superuser's: nobody else renames it or changes how its sessions begin.
        """
        self.drop(new)
        self._once_unused(sql.SQL("alter database {} rename to {}").format(sql.Identifier(old), sql.Identifier(new)))
        if self._server.superuser:
            self.make_own(new)

    def make_own(self, name: str) -> None:
        """Give a database that lasts to the superuser, and take away what was set for its sessions."""
        identifier = sql.Identifier(name)
        self.admin.rows(sql.SQL("alter database {} owner to current_user").format(identifier))
        self.admin.rows(sql.SQL("alter database {} reset all").format(identifier))
        self.reset_roles()
        self._set_path(name)

    def reset_roles(self) -> None:
        """Take back what roles were told for their sessions in databases made here: a file does that in any of them."""
        for role, name in self.admin.rows(_SETTINGS_IN_DATABASES, (self._server.prefix,)):
            statement = "alter role {} in database {} reset all"
            self.admin.rows(sql.SQL(statement).format(sql.Identifier(role), sql.Identifier(name)))

    def _set_path(self, name: str) -> None:
        path = roles.path_setting(self._context.search_path)
        self.admin.rows(sql.SQL("alter database {} set search_path to {}").format(sql.Identifier(name), path))

    def drop(self, name: str) -> None:
        """Drop a database, sessions in it notwithstanding; harmless when it is gone."""
        self._records.forget(name)
        self._recognised.discard(name)
        if self.admin.value("select datistemplate from pg_catalog.pg_database where datname = %s", (name,)):
            self.admin.rows(sql.SQL("alter database {} is_template false").format(sql.Identifier(name)))
        self.admin.rows(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    def content(self, name: str) -> Fingerprint:
        """Read what is in a database."""
        with connect_as_owner(self._server.owner(name)) as session:
            return read_fingerprint(session)

    def record(self, name: str, told: Mapping[str, Any], content: Fingerprint | None = None) -> Fingerprint:
        """Remember a database as it is now, and what is to be told of it; return its content."""
        found = content or self.content(name)
        known = roles.names(self.admin)
        digest, snapshot = found.digest(), roles.snapshot(self.admin)
        self._records.put(name, Record(digest, self._oid(name) or 0, snapshot, known, told))
        self._recognised.add(name)
        return found

    def recall(self, name: str) -> tuple[Record, Fingerprint] | None:
        """Return what is remembered of a database and its content; None if that is another one by now."""
        record = self._records.get(name)
        if record is None or self._oid(name) != record.oid:
            return None
        try:
            content = self.content(name)
        except SupasyncError:
            return None  # a database that cannot be read is not the one that was made
        if content.digest() != record.content:
            return None
        self._records.put(name, record)
        self._recognised.add(name)
        return record, content

    def _oid(self, name: str) -> int | None:
        found = self.admin.value("select oid::pg_catalog.int8 from pg_catalog.pg_database where datname = %s", (name,))
        return None if found is None else int(found)

    def _recognise(self, template: str) -> None:
        if template in self._recognised or self._records.get(template) is None:
            return
        if self.recall(template) is None:
            self._records.clear()
            raise SupasyncError(
                "The shadow was changed by something else than supasync",
                reason=f"Its database {template} does not have the content with which it was made.",
                hint="Run the command again: the shadow is then made anew.",
            )

    def _once_unused(self, statement: sql.Composed) -> None:
        deadline = time.monotonic() + _WAIT
        while True:
            try:
                self.admin.rows(statement)
                return
            except StatementError as error:
                if error.sqlstate != _IN_USE or time.monotonic() > deadline:
                    raise
                time.sleep(_PAUSE)
