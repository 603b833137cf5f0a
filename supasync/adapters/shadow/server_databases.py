"""Databases of a shadow server as such: made by copying, renamed, dropped, and known by their content."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from psycopg import sql

from supasync.adapters.catalog import read_fingerprint
from supasync.adapters.postgres import Session, StatementError, connect, dsn_of
from supasync.adapters.shadow import roles
from supasync.adapters.shadow.records import Record
from supasync.adapters.shadow.server import Server
from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.catalog.surroundings import Surroundings
from supasync.errors import SupasyncError

_IN_USE = "55006"
_WAIT = 10.0  # seconds for the last session to leave a database before it is copied or renamed
_PAUSE = 0.01  # seconds between two tries


class ServerDatabases:
    """The databases of one server, for one context; `admin` is the session with its maintenance database."""

    def __init__(self, server: Server, context: Surroundings) -> None:
        self._server = server
        self._records = server.records
        self._context = context
        self._recognised: set[str] = set()
        self.admin: Session = server.admin()

    def begin_anew(self) -> bool:
        """Empty the server, if it is ours; return whether that was done."""
        if not self._server.remake():
            return False
        self._recognised.clear()
        self.admin.close()
        self.admin = self._server.admin()
        return True

    def exists(self, name: str) -> bool:
        """Return whether the server has the database."""
        return bool(self.admin.value("select exists (select from pg_catalog.pg_database where datname = %s)", (name,)))

    def known(self, name: str) -> bool:
        """Return whether the server has the database, and supasync made it."""
        return self._records.get(name) is not None and self.exists(name)

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
        path = roles.path_setting(self._context.search_path)
        self.admin.rows(sql.SQL("alter database {} set search_path to {}").format(sql.Identifier(name), path))

    def rename(self, old: str, new: str) -> None:
        """Give a database the name of another one, which is dropped."""
        self.drop(new)
        self._once_unused(sql.SQL("alter database {} rename to {}").format(sql.Identifier(old), sql.Identifier(new)))

    def drop(self, name: str) -> None:
        """Drop a database, sessions in it notwithstanding; harmless when it is gone."""
        self._records.forget(name)
        self._recognised.discard(name)
        self.admin.rows(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    def content(self, name: str) -> Fingerprint:
        """Read what is in a database."""
        with connect(dsn_of(self._server.owner(name)), purpose="shadow", server="the shadow") as session:
            return read_fingerprint(session)

    def record(self, name: str, told: Mapping[str, Any], content: Fingerprint | None = None) -> Fingerprint:
        """Remember a database as it is now, and what is to be told of it; return its content."""
        found = content or self.content(name)
        known = roles.names(self.admin)
        self._records.put(name, Record(found.digest(), roles.snapshot(self.admin), known, told))
        self._recognised.add(name)
        return found

    def recall(self, name: str) -> tuple[Record, Fingerprint] | None:
        """Return what is remembered of a database and its content; None if that is another one by now."""
        record = self._records.get(name)
        if record is None:
            return None
        content = self.content(name)
        if content.digest() != record.content:
            return None
        self._records.put(name, record)
        self._recognised.add(name)
        return record, content

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
