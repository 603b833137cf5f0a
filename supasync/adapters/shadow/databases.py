"""The shadow as the rest of supasync sees it: databases to compare and rehearse with."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from supasync.adapters.database_errors import StatementError
from supasync.adapters.postgres import Session
from supasync.adapters.shadow import roles
from supasync.adapters.shadow.cluster import open_cluster
from supasync.adapters.shadow.extensions import ADDS_MEMBER, NOT_COMPARED, has_foreign_members
from supasync.adapters.shadow.guest import GuestSession
from supasync.adapters.shadow.install import find_install
from supasync.adapters.shadow.load import load_schema
from supasync.adapters.shadow.prepared_schema import empty_file
from supasync.adapters.shadow.private_copy import extension_folder, private_copy
from supasync.adapters.shadow.server import DedicatedServer, EmbeddedServer
from supasync.adapters.shadow.store import Built, Store
from supasync.adapters.shadow.superuser import add_modifiers, connect_as_owner, give_away, set_index_options
from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.catalog.surroundings import Surroundings
from supasync.core.catalog.type_modifiers import with_modifiers
from supasync.core.endpoint import Endpoint
from supasync.errors import UsageError

_FORMAT = 4  # raise it when clusters or cached databases of earlier versions must not be used any more


@dataclass(frozen=True)
class ShadowConfig:
    """Where the shadow comes from.

    `url` names a dedicated server (it holds a password: never print it); without it supasync runs its
    own, with programs from `postgres_dir` or found from `project_dir` on, and files in `cache_dir`
    (see `home.cache_directory`). `baseline` is "auto", "supabase", "none" or the path of an SQL file. `timeout`
    is the time that one statement may run, in whole seconds. Programs in folders of `passed_over` are not used.
    """

    project_dir: Path
    cache_dir: Path
    postgres_dir: Path | None = None
    url: str | None = None
    baseline: str = "auto"
    timeout: int = 30
    passed_over: tuple[Path, ...] = ()

    def __repr__(self) -> str:
        return f"ShadowConfig({self.project_dir}, baseline={self.baseline}, dedicated={self.url is not None})"


@dataclass(frozen=True)
class LoadedDatabase:
    """A database with a schema file in it: its name, notes for the person, data statements left out, its content."""

    database: str
    notes: tuple[str, ...]
    data_statements: int
    content: Fingerprint = field(compare=False)


class ShadowDatabases:
    """A running shadow. Leave it as a context manager, or call `close`."""

    def __init__(self, config: ShadowConfig, context: Surroundings) -> None:
        self.context = context
        self._config = config
        self._baseline = _baseline_sql(config.baseline, context)
        self._own_roles: Store | None = None
        self._main = self._open("main")

    def __enter__(self) -> ShadowDatabases:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Drop scratch databases and stop the servers; harmless when done already."""
        stores, self._own_roles = [store for store in (self._own_roles, self._main) if store], None
        for store in stores:
            store.close()

    def baseline(self) -> str:
        """Return the database with the baseline and the target's surroundings, and nothing of the user's."""
        return self._main.template

    def desired(self, schema_text: str, file_name: str) -> LoadedDatabase:
        """Return the database of a schema file, loaded now or earlier.

        Raises InvalidSqlError with the place in the file, UsageError for a file that defines nothing.
        """
        if not schema_text.strip():
            raise empty_file(file_name)
        apart = roles.mentions_roles(schema_text) and self._config.url is None
        if not apart and self._config.url is None and not self.restore_roles():
            self._main.close()
            self._main = self._open("main")  # a rehearsal changed roles for good: it begins with an empty server
        store = self._roles_store() if apart else self._main
        digest = self._digest("want", file_name, schema_text)
        if apart and not store.has("want", digest) and not store.restore_roles():
            store.close()
            self._own_roles = None
            store = self._roles_store()  # which begins with an empty server
        try:
            found = store.cached("want", digest, lambda dbname: self._load(store, dbname, schema_text, file_name))
        except BaseException:
            store.restore_roles()
            raise
        if not apart and self._config.url is None and not store.roles_unchanged():
            # Changed in a way nobody saw coming (memberships): it must not show in other databases.
            store.drop(found.database)
            store.restore_roles()
            raise UsageError(
                f"{file_name} changes roles or memberships in a way that supasync cannot isolate",
                hint="Define the roles with CREATE ROLE in the schema file.",
            )
        told = found.told
        notes, left_out = tuple(told.get("notes", ())), int(told.get("data_statements", 0))
        return LoadedDatabase(found.database, notes, left_out, found.content)

    def scratch(self, template: str) -> str:
        """Copy a database and return the copy's name; it lives until `drop` or `close`."""
        return self._store(template).scratch(template)

    def named(self, digest: str, build: Callable[[str], Fingerprint | None]) -> tuple[str, Fingerprint]:
        """Return the cached database of `digest` and its content.

        `build` fills a fresh copy of the baseline, and returns its content if it has read that anyway.
        """
        found = self._main.cached("name", self._digest("name", digest), lambda dbname: Built(content=build(dbname)))
        return found.database, found.content

    def drop(self, name: str) -> None:
        """Drop a database of the shadow."""
        self._store(name).drop(name)

    def endpoint(self, dbname: str) -> Endpoint:
        """Return where a database is, as the role that owns its objects."""
        return self._store(dbname).endpoint(dbname)

    def session(self, dbname: str) -> Session:
        """Open a session as the owning role."""
        return connect_as_owner(self.endpoint(dbname))

    def guest(self, dbname: str, purpose: str = "shadow") -> GuestSession:
        """Open a session as the owning role for statements that somebody else wrote."""
        session = connect_as_owner(self.endpoint(dbname), purpose, limit=None)
        store = self._store(dbname)
        return GuestSession(session, self._config.timeout, store.end_session, store.kill_session)

    def run_reserved(self, dbname: str, text: str) -> None:
        """Run one of the statements that hosted projects permit and PostgreSQL reserves for superusers."""
        with self.guest(dbname) as session:
            session.limit_on_server()
            self._store(dbname).run_reserved(dbname, session, text)

    def with_modifiers(self, dbname: str, statements: Sequence[str]) -> Mapping[str, str]:
        """Return what is run in the place of statements with modifiers that only the real types understand."""
        store = self._store(dbname)
        if not store.stand_ins.modified:
            return {}
        found = {text: with_modifiers(text, store.stand_ins.modified) for text in statements}
        labels = {number: label for _, given in found.values() for number, label in given.items()}
        admin = store.admin(dbname) if labels else None
        if admin is None:
            return {}
        with admin:
            return {text: new for text, (new, _) in found.items()} if add_modifiers(admin, labels) else {}

    def set_index_options(self, dbname: str, found: Mapping[int, Sequence[str]]) -> None:
        """Write options of indexes that only the real access methods know. Raises StatementError."""
        admin = self._store(dbname).admin(dbname) if found else None
        if admin is not None:
            with admin:
                set_index_options(admin, found)

    def passwords(self, dbname: str) -> frozenset[str]:
        """Name the roles that have passwords, each with a digest; none where nobody may see them."""
        admin = self._store(dbname).admin(dbname)
        if admin is None:
            return frozenset()
        with admin:
            return roles.passwords(admin)

    def give_away(self, dbname: str, statements: Sequence[str]) -> None:
        """Run ALTER ... OWNER TO, where there is a superuser for it; leave out owners who are superusers."""
        admin = self._store(dbname).admin(dbname)
        if admin is not None:
            with admin:
                for text in statements:
                    with suppress(StatementError):
                        give_away(admin, text)

    def refuse_foreign_members(self, dbname: str) -> None:
        """Raise StatementError where an extension of the database has members that did not come with it."""
        admin = self._store(dbname).admin(dbname)
        if admin is not None:
            with admin:
                if has_foreign_members(admin):
                    raise StatementError(ADDS_MEMBER, reason=NOT_COMPARED, sqlstate="0A000")

    def restore_roles(self) -> bool:
        """Take away roles that a rehearsal made; return whether the roles are the target's again."""
        return self._main.roles_unchanged() or self._main.restore_roles()

    def _load(self, store: Store, dbname: str, text: str, file_name: str) -> Built:
        admin = store.admin(dbname)
        try:
            with self.guest(dbname, "shadow load") as session:
                defaults = self.context.schema_defaults
                result = load_schema(
                    session, text, file_name, admin=admin, schema_defaults=defaults, stand_ins=store.stand_ins
                )
        finally:
            if admin is not None:
                admin.close()
        return Built({"notes": list(result.notes), "data_statements": result.data_statements})

    def _roles_store(self) -> Store:
        # Roles belong to the whole server: those of a schema file must not be on the clone's.
        if self._own_roles is None:
            self._own_roles = self._open("roles")
        return self._own_roles

    def _store(self, dbname: str) -> Store:
        if self._own_roles is not None and dbname != self._main.template and self._own_roles.holds(dbname):
            return self._own_roles
        return self._main

    def _digest(self, *parts: str) -> str:
        return hashlib.sha256(repr((_FORMAT, self.context.digest(), *parts)).encode()).hexdigest()

    def _open(self, purpose: str) -> Store:
        if self._config.url is not None:
            server = DedicatedServer(self._config.url, self.context, bool(self._baseline))
            return Store(server, self.context, self._baseline)
        config = self._config
        install = find_install(config.project_dir, config.postgres_dir, self.context.major, config.passed_over)
        bin_dir = private_copy(install, config.cache_dir)
        domain = trust_domain(config.project_dir)
        parts = (_FORMAT, domain, str(bin_dir), self._baseline, self.context.roles_digest(), self.context.search_path)
        digest = hashlib.sha256(repr(parts).encode()).hexdigest()
        cluster = open_cluster(bin_dir, self._config.cache_dir, f"{purpose}-{install.major}-{digest[:16]}")
        try:
            folder = extension_folder(bin_dir, config.cache_dir)
            return Store(EmbeddedServer(cluster, folder), self.context, self._baseline)
        except BaseException:
            cluster.stop()
            raise


def trust_domain(project_dir: Path) -> str:
    """Return what must be the same of two runs that use one server: a file reaches nobody else's databases."""
    return str(project_dir.resolve())


def open_shadow(config: ShadowConfig, context: Surroundings) -> ShadowDatabases:
    """Start the shadow for a target's surroundings.

    Raises PostgresMissingError, UsageError and ShadowServerError.
    """
    return ShadowDatabases(config, context)


def _baseline_sql(setting: str, context: Surroundings) -> str:
    kind = ("supabase" if context.platform else "none") if setting == "auto" else setting
    if kind == "none":
        return ""
    if kind == "supabase":
        return (resources.files("supasync") / "data" / "baseline.sql").read_text(encoding="utf-8")
    try:
        return Path(kind).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"Cannot read the baseline {kind}",
            reason=str(getattr(error, "strerror", "") or "It is not UTF-8 text."),
            hint='Set baseline to "auto", "supabase", "none" or the path of an SQL file.',
        ) from None
