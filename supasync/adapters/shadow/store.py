"""The databases of one shadow server: templates that last, cached loads, scratch copies.

Names: `base` has the baseline, `ctx` the target's surroundings on top, `want` a schema file on top of
that, `name` whatever a caller caches, `tmp` copies to work in. What supasync knows of them is in its records: a
database that is not what it was when it was made is made anew.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from psycopg import sql

from supasync.adapters.database_errors import StatementError
from supasync.adapters.postgres import Session
from supasync.adapters.shadow import roles
from supasync.adapters.shadow.server import Server
from supasync.adapters.shadow.server_databases import ServerDatabases
from supasync.adapters.shadow.stand_ins import StandIns
from supasync.adapters.shadow.superuser import OwnersSession, connect_as_owner, run_as_superuser, set_default_privileges
from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.catalog.surroundings import Surroundings
from supasync.core.endpoint import Endpoint
from supasync.core.sql import quote_ident
from supasync.errors import SupasyncError, UsageError

CACHED_DATABASES = 12
_UNDEFINED_OBJECT, _DUPLICATE = "42704", "42710"


@dataclass(frozen=True)
class Built:
    """What is to be told of a database that was built, and its content where that was read already."""

    told: Mapping[str, Any] = field(default_factory=dict)
    content: Fingerprint | None = None


@dataclass(frozen=True)
class Cached:
    """A lasting database: its name, what was told of it when it was built, its content."""

    database: str
    told: Mapping[str, Any]
    content: Fingerprint


class Store:
    """Makes, keeps and drops databases on one server, for one context. Close it when done."""

    def __init__(self, server: Server, context: Surroundings, baseline_sql: str) -> None:
        self._server = server
        self._records = server.records
        self._context = context
        self._scratch: list[str] = []
        self._before: tuple[str, ...] = ()
        self._used: set[str] = set()
        self._closed = False
        self._base = f"{server.prefix}base"
        self.template = f"{server.prefix}ctx_{context.digest()[:24]}"
        self._databases = ServerDatabases(server, context)
        self.stand_ins = StandIns(server.extensions, context.stand_ins, context.available)
        try:
            self._settle(baseline_sql)
        except BaseException:
            self._admin.close()
            raise

    @property
    def _admin(self) -> Session:
        return self._databases.admin

    # -- opening and closing

    def _settle(self, baseline_sql: str) -> None:
        if not (self._databases.known(self._base) and self._in_order()):
            if not self._server.fresh:
                self._databases.begin_anew()
            self._make_base(baseline_sql)
        self._server.admit(self._admin, self._context)
        if self._server.superuser:
            self._databases.reset_roles()
        for name in self._databases.named("tmp_") if self._server.lasting else ():
            self.drop(name)
        if not (self._databases.known(self.template) and self.stand_ins.are_there()):
            self.drop(self.template)
            self._make_template()
        self._used.add(self.template)

    def _in_order(self) -> bool:
        return self.roles_unchanged() or self.restore_roles()

    def close(self) -> None:
        """Drop scratch copies, and all databases on a server that is not ours; harmless when done already."""
        if self._closed:
            return
        self._closed = True
        try:
            if self._server.lasting:
                for name in self._scratch:
                    self.drop(name)
                self._forget_old()
            else:
                for name in self._databases.named():
                    self.drop(name)
                roles.drop_all_but(self._admin, self._before)
        finally:
            self._admin.close()
            self._server.close()

    def _make_base(self, baseline_sql: str) -> None:
        self._before = roles.names(self._admin)
        if self._server.superuser and not baseline_sql:
            roles.create_owner(self._admin, self._context)
        self._databases.create(self._base, "template0")
        if baseline_sql:
            with self._server.admin(self._base) as session:
                session.rows("set client_min_messages = error")
                session.script(baseline_sql)
        if self._server.superuser:
            roles.create_custom(self._admin, self._context)
            roles.refuse_superuser(self._admin, self._context.owner)
            if not self._server.lasting:
                roles.close(self._admin, self._before, self._context.major)
            self._databases.make_own(self._base)
        self._databases.record(self._base, {})

    def _make_template(self) -> None:
        building = self._fresh_name()
        self._databases.create(building, self._base)
        try:
            with connect_as_owner(self.endpoint(building)) as session, self._server.admin(building) as admin:
                session.rows("set client_min_messages = error")
                self.stand_ins.put_empty(admin)
                for name, schema in self._context.extensions:
                    self.stand_ins.put(name, admin)
                    self._create_extension(building, session, name, schema)
            with self._server.admin(building) as session:
                for statement in self._context.default_privileges:
                    _skip_unknown(session, statement)
            self._databases.rename(building, self.template)
        except BaseException:
            self.drop(building)
            raise
        self._databases.record(self.template, {})

    def _create_extension(self, building: str, session: Session, name: str, schema: str) -> None:
        target = sql.Identifier(schema)
        if not session.value("select exists (select from pg_catalog.pg_namespace where nspname = %s)", (schema,)):
            session.rows(sql.SQL("create schema {}").format(target))
        try:
            statement = "create extension if not exists {} with schema {} cascade"
            self.run_reserved(building, session, statement.format(quote_ident(name), quote_ident(schema)))
        except StatementError as error:
            if error.sqlstate == _DUPLICATE:
                return
            reason, hint = error.message, "Set shadow to the URL of a throwaway server where it can be created."
            message = f'The target uses the extension "{name}", which the shadow cannot provide'
            raise UsageError(message, reason=reason, hint=hint) from None

    # -- roles

    def roles_unchanged(self) -> bool:
        """Return whether the server has exactly the context's roles."""
        base = self._records.get(self._base)
        return base is not None and roles.snapshot(self._admin) == base.roles

    def roles_now(self) -> str:
        """Return a digest of the server's roles."""
        return roles.snapshot(self._admin)

    def restore_roles(self) -> bool:
        """Take away roles that came since the context's; return whether the roles are right then.

        Databases that need them go too.
        """
        base = self._records.get(self._base)
        if base is None:
            return False
        known = base.known
        roles.drop_all_but(self._admin, known)
        if not self.roles_unchanged():
            for name in (name for kind in ("want_", "name_", "tmp_") for name in self._databases.named(kind)):
                self.drop(name)
            roles.drop_all_but(self._admin, known)
        if self.roles_unchanged():
            return True
        self._records.clear()  # settings of roles are not undone: the next run begins with an empty server
        return False

    # -- databases

    def endpoint(self, dbname: str) -> Endpoint:
        """Return where a database is, as the role that owns its objects."""
        return self._server.owner(dbname)

    def admin(self, dbname: str) -> Session | None:
        """Open a superuser's session with a database; None where there is no superuser."""
        return self._server.admin(dbname) if self._server.superuser else None

    def end_session(self, backend: int) -> None:
        """End the session of a server process that does not end by itself."""
        with self._databases.another_admin() as admin:
            admin.rows("select pg_catalog.pg_terminate_backend(%s)", (backend,))

    def kill_session(self, backend: int) -> None:
        """End a server process that listens to nobody, if the server is ours; all its sessions end with it."""
        with self._databases.sessions_lost():
            self._server.kill(backend)

    def run_reserved(self, dbname: str, session: OwnersSession, text: str) -> None:
        """Run what hosted projects permit and PostgreSQL reserves for superusers; `session` is the owner's there.

        Raises StatementError.
        """
        admin = self.admin(dbname)
        if admin is None:
            session.script(text)
            return
        with admin:
            run_as_superuser(admin, session, text, self.stand_ins.known)

    def holds(self, dbname: str) -> bool:
        """Return whether the database is on this server."""
        return self._databases.exists(dbname)

    def scratch(self, template: str) -> str:
        """Copy a database and return the copy's name; it lives until `drop` or `close`."""
        name = self._fresh_name()
        self._databases.create(name, template)
        self._scratch.append(name)
        return name

    def cached(self, kind: str, digest: str, build: Callable[[str], Built]) -> Cached:
        """Return the database of `digest`, building it when it is not there, or not as it was built.

        `build` gets the name of a fresh copy of the template and fills it.
        """
        name = f"{self._server.prefix}{kind}_{digest[:32]}"
        self._used.add(name)
        if self.has(kind, digest):
            recalled = self._databases.recall(name)
            if recalled:
                return Cached(name, recalled[0].told, recalled[1])
        self.drop(name)
        building = self.scratch(self.template)
        try:
            built = build(building)
        except BaseException:
            self.drop(building)
            raise
        finally:
            if self._server.superuser:
                self._databases.reset_roles()
        self._scratch.remove(building)
        self._databases.rename(building, name)
        return Cached(name, built.told, self._databases.record(name, built.told, built.content))

    def has(self, kind: str, digest: str) -> bool:
        """Return whether the database is there, with the roles it was made with."""
        name = f"{self._server.prefix}{kind}_{digest[:32]}"
        record = self._records.get(name)
        return record is not None and self._databases.known(name) and record.roles == self.roles_now()

    def drop(self, name: str) -> None:
        """Drop a database, sessions in it notwithstanding; harmless when it is gone."""
        self._databases.drop(name)
        if name in self._scratch:
            self._scratch.remove(name)

    def _fresh_name(self) -> str:
        return f"{self._server.prefix}tmp_{secrets.token_hex(6)}"

    def _forget_old(self) -> None:
        cached = [name for kind in ("ctx_", "want_", "name_") for name in self._databases.named(kind)]
        found = ((name, self._records.get(name)) for name in cached if name not in self._used)
        dated = sorted((record.used if record else 0.0, name) for name, record in found)
        for _, name in dated[: max(0, len(cached) - CACHED_DATABASES)]:
            self.drop(name)


def _skip_unknown(session: Session, statement: str) -> None:
    try:
        set_default_privileges(session, statement)
    except StatementError as error:
        if error.sqlstate != _UNDEFINED_OBJECT:
            raise SupasyncError(
                "Cannot reproduce the target's default privileges in the shadow", reason=f"{error.message}: {statement}"
            ) from None
