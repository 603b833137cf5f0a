"""The two kinds of server a shadow may live on: supasync's own, or a dedicated one named by a URL."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from supasync import redact
from supasync.adapters.connection_url import parse_connection_string
from supasync.adapters.postgres import Session, connect, dsn_of, make_dsn
from supasync.adapters.shadow import roles
from supasync.adapters.shadow.cluster import Cluster
from supasync.adapters.shadow.pristine import BOOTSTRAP
from supasync.adapters.shadow.records import Records
from supasync.adapters.shadow.superuser import connect_as_superuser
from supasync.core.catalog.surroundings import Surroundings
from supasync.core.endpoint import Endpoint
from supasync.errors import UsageError


def _connect(dsn: str) -> Session:
    return connect(dsn, purpose="shadow", server="the shadow", setting="the setting shadow")


class Server(Protocol):
    """A running server for shadow databases. `prefix` begins the names of all databases made there."""

    prefix: str
    records: Records
    lasting: bool
    superuser: bool
    extensions: Path | None
    """The folder of its extensions' files, if it is ours."""

    @property
    def fresh(self) -> bool:
        """Whether nobody's file was ever loaded there."""

    def admin(self, dbname: str = "") -> Session:
        """Open a session with the greatest rights there are, by default with the maintenance database."""

    def owner(self, dbname: str) -> Endpoint:
        """Return the endpoint of a database as the role that owns the objects."""

    def admit(self, admin: Session, context: Surroundings) -> None:
        """Let the owner of `context` in; its role exists by now."""

    def kill(self, backend: int) -> None:
        """End a server process that listens to nobody, if the server is ours."""

    def remake(self) -> bool:
        """Empty the whole server, if it is ours; return whether that was done."""

    def close(self) -> None:
        """Stop the server, if it is ours."""


class EmbeddedServer:
    """supasync's own private server."""

    prefix = "supasync_"
    lasting = True
    superuser = True

    @property
    def fresh(self) -> bool:
        """Whether the server has just been made."""
        return self._cluster.fresh

    def __init__(self, cluster: Cluster, extensions: Path | None = None) -> None:
        self.extensions = extensions
        self.records = Records(cluster.directory / "databases.json")
        self._cluster = cluster
        self._name = BOOTSTRAP

    def admin(self, dbname: str = "") -> Session:
        """Open a superuser's session."""
        return self._cluster.session(dbname or "postgres")

    def owner(self, dbname: str) -> Endpoint:
        """Return the endpoint of a database as the role that owns the objects."""
        return self._cluster.endpoint(dbname, self._name)

    def admit(self, admin: Session, context: Surroundings) -> None:
        """Let the owner in by the local socket."""
        self._name = context.owner
        roles.let_in(admin, self._name)

    def kill(self, backend: int) -> None:
        """End a server process at once, and start the server again."""
        self._cluster.restart_without(backend)

    def remake(self) -> bool:
        """Begin with an empty server."""
        self._cluster.remake()
        self.records.clear()
        return True

    def close(self) -> None:
        """Stop the server."""
        self._cluster.stop()


class DedicatedServer:
    """A throwaway server that the person runs; supasync makes databases there and drops them at the end."""

    lasting = False
    extensions: Path | None = None
    fresh = True  # its databases have names of this run

    def __init__(self, url: str, context: Surroundings, needs_superuser: bool) -> None:
        self.prefix = f"supasync_{secrets.token_hex(4)}_"
        self.records = Records(None)
        parameters = parse_connection_string(url, "The setting shadow")
        url = make_dsn(parameters)
        known = {name: parameters.pop(name, "") for name in ("host", "port", "dbname", "user", "password", "sslmode")}
        with _connect(url) as session:
            info = session.info
            row = session.rows("select rolsuper, rolcreatedb from pg_catalog.pg_roles where rolname = current_user")[0]
            self._major = info.server_version // 10000
            self._admin = Endpoint(
                known["host"] or info.host, info.port, info.dbname, info.user,
                known["password"] or info.password, known["sslmode"] or "prefer", parameters,
            )  # fmt: skip
        self.superuser = bool(row[0])
        self._owner = self._admin
        _check_rights(self._admin.user, self.superuser, bool(row[1]), needs_superuser)
        if self._major != context.major:
            raise UsageError(
                f"The shadow server runs PostgreSQL {self._major}, the target {context.major}",
                reason="Comparing different major versions would show false differences.",
                hint=f"Set shadow to a PostgreSQL {context.major} server, or remove the setting.",
            )

    def admin(self, dbname: str = "") -> Session:
        """Open a session as the role of the URL."""
        dsn = dsn_of(replace(self._admin, dbname=dbname or self._admin.dbname))
        return connect_as_superuser(dsn, self._major) if self.superuser else _connect(dsn)

    def owner(self, dbname: str) -> Endpoint:
        """Return the endpoint of a database as the role that owns the objects."""
        return replace(self._owner, dbname=dbname)

    def admit(self, admin: Session, context: Surroundings) -> None:
        """Set a random password for the owner, unless that is the role of the URL itself."""
        if self.superuser and context.owner != self._admin.user:
            password = secrets.token_urlsafe(24)
            redact.register(password)
            roles.set_password(admin, context.owner, password)
            self._owner = replace(self._admin, user=context.owner, password=password)

    def kill(self, backend: int) -> None:
        """Nothing of somebody else's server is in reach."""

    def remake(self) -> bool:
        """Somebody else's server stays as it is."""
        return False

    def close(self) -> None:
        """Somebody else's server goes on running."""


def _check_rights(user: str, superuser: bool, createdb: bool, needs_superuser: bool) -> None:
    missing = "" if superuser else "SUPERUSER" if needs_superuser else "" if createdb else "CREATEDB"
    if missing:
        why = "the platform's roles and schemas" if needs_superuser else "the shadow's databases"
        raise UsageError(
            f'Role "{user}" of the shadow server lacks {missing}',
            reason=f"It is needed to create {why} there.",
            hint=f'Run on that server: ALTER ROLE "{user}" {missing}; or remove the setting shadow.',
        )
