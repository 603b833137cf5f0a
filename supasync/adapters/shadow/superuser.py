"""The closed list of what a superuser does in a shadow database that holds somebody's objects.

Hosted projects let `postgres` make event triggers, publications for schemas or all tables, foreign data wrappers, and
extensions; PostgreSQL reserves them for superusers. Nothing of the database runs meanwhile: the session is deaf to
settings and names of the database, event triggers rest, and what a statement would evaluate is left to the owner
(docs/safety.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Protocol

from psycopg import sql as composed

from supasync.adapters.database_errors import StatementError
from supasync.adapters.postgres import Session, connect, dsn_of
from supasync.adapters.shadow import foreign_wrappers
from supasync.adapters.shadow.extensions import give_to_nobody, refuse_captured, steps_of
from supasync.core import sql
from supasync.core.catalog.stand_in import StandIn
from supasync.core.catalog.type_modifiers import FIRST, MODIFIERS
from supasync.core.endpoint import Endpoint

_CANDIDATE = re.compile(
    r"\s*(?:create|alter)\s+(?:event\s+trigger|publication|extension|foreign\s+data\s+wrapper)\b", re.IGNORECASE
)
_EVENT_TRIGGERS = "select evtname, evtenabled::text from pg_catalog.pg_event_trigger where evtenabled <> 'D'"
_EXTENSION = ("create_extension_stmt", "alter_extension_stmt")  # the latter is ALTER EXTENSION ... UPDATE alone
_WHO_AND_WHERE = """
select current_user::pg_catalog.text, pg_catalog.current_setting('search_path'::pg_catalog.text),
       pg_catalog.current_schema()::pg_catalog.text
"""
OF_STAND_INS = """
select a.oid from pg_catalog.pg_am a
where a.amhandler operator(pg_catalog.=) 'pg_catalog.gisthandler'::pg_catalog.regproc
  and a.amname operator(pg_catalog.<>) 'gist'
"""
_SET_OPTIONS = f"""
update pg_catalog.pg_class set reloptions = nullif(%s::pg_catalog.text[], '{{}}')
where oid operator(pg_catalog.=) %s::pg_catalog.oid and relam in ({OF_STAND_INS})
"""
# Of the first superuser's (oid 10), which a schema file can make nothing of.
_MODIFIERS = "select oid from pg_catalog.pg_type where typname = %s and typtype = 'e' and typowner = 10::pg_catalog.oid"
_ADD_LABEL = f"""
insert into pg_catalog.pg_enum (oid, enumtypid, enumsortorder, enumlabel)
select n.number, t.oid, %s::pg_catalog.float4, %s
from ({_MODIFIERS} limit 1) t, (select %s::pg_catalog.oid as number) n
where not exists (select from pg_catalog.pg_enum e where e.oid operator(pg_catalog.=) n.number)
"""
_IS_SUPERUSER = "select rolsuper from pg_catalog.pg_roles where rolname = %s"
_GIVE_EXTENSIONS = """
update pg_catalog.pg_extension set extowner = r.oid from pg_catalog.pg_roles r
where r.rolname = %s and extowner = 10::pg_catalog.oid
  and pg_extension.xmin = pg_catalog.pg_current_xact_id()::pg_catalog.xid
"""
# Hosted projects let `postgres` make servers of them.
_WRAPPERS = """
select w.fdwname::pg_catalog.text from pg_catalog.pg_foreign_data_wrapper w
join pg_catalog.pg_depend d
  on d.classid operator(pg_catalog.=) 'pg_catalog.pg_foreign_data_wrapper'::pg_catalog.regclass
  and d.objid operator(pg_catalog.=) w.oid and d.deptype operator(pg_catalog.=) 'e'
where not pg_catalog.has_foreign_data_wrapper_privilege(%s, w.oid, 'usage')
"""
_ENABLE = {"O": "enable", "R": "enable replica", "A": "enable always"}
# Settings in the start packet count more than those of a database or a role.
_DEAF = {
    "search_path": "",
    "role": "none",
    "session_replication_role": "replica",
    "standard_conforming_strings": "on",
    "check_function_bodies": "off",
    "default_transaction_read_only": "off",
    "statement_timeout": "120s",  # it makes databases and a platform, which takes a second
    "lock_timeout": "0",
    "local_preload_libraries": "",
    "session_preload_libraries": "",
    "quote_all_identifiers": "off",
    "array_nulls": "on",
    "transform_null_equals": "off",
    "default_table_access_method": "heap",
    "default_transaction_isolation": r"read\ committed",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",
}
SILENCE = 150.0  # seconds after which a shadow that no limit of its own ended is given up
_DEAF_17 = {"event_triggers": "off", "transaction_timeout": "0"}


def connect_as_superuser(dsn: str, major: int) -> Session:
    """Open a superuser's session that is deaf to what a database says.

    Its settings, and those of roles, change nothing in it. Names mean PostgreSQL's own objects, whatever a
    schema file put beside them.
    """
    settings = {**_DEAF, **(_DEAF_17 if major >= 17 else {})}
    return connect(
        dsn,
        purpose="shadow",
        server="the shadow",
        setting="the shadow server",
        limit=SILENCE,
        options=" ".join(f"-c {name}={value}" for name, value in settings.items()),
    )


def connect_as_owner(endpoint: Endpoint, purpose: str = "shadow", *, limit: float | None = SILENCE) -> Session:
    """Open a session of the role that owns the objects of a shadow database."""
    return connect(dsn_of(endpoint), purpose=purpose, server="the shadow", setting="the shadow server", limit=limit)


def needs_superuser(text: str) -> bool:
    """Tell whether a statement makes an event trigger, an extension, a foreign data wrapper, or a wide publication."""
    return bool(_CANDIDATE.match(text)) and _is_reserved(*sql.tree(text))


def _is_reserved(kind: str, node: sql.Tree) -> bool:
    always = (*_EXTENSION, *foreign_wrappers.KINDS, "create_event_trig_stmt")
    return kind in always or (kind == "create_publication_stmt" and is_wide_publication(node))


def is_wide_publication(node: sql.Tree) -> bool:
    """Tell whether CREATE PUBLICATION is for all tables or for schemas."""
    return bool(node.get("for_all_tables")) or any(map(_of_schema, node.get("pubobjects", [])))


def _of_schema(entry: dict[str, Any]) -> bool:
    return "SCHEMA" in str(entry.get("publication_obj_spec", {}).get("pubobjtype", ""))


class OwnersSession(Protocol):
    """A session of the role that owns the objects."""

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Run one statement of supasync's own and return its rows."""

    def script(self, text: str) -> None:
        """Run a text of statements, within the limits of such texts."""


def run_as_superuser(
    admin: Session, session: OwnersSession, text: str, known: Mapping[str, StandIn] = MappingProxyType({})
) -> None:
    """Run a statement that `needs_superuser`; its object is to belong to the role of `session` all the same.

    So that role is a superuser for this one statement, in a transaction of `admin` that nobody else sees the
    middle of; or it is given the extension, whose objects stay the superuser's, as on a hosted project. `session` is
    the owner's, in the same database, `known` are the stand-ins by the extension's name. Raises StatementError,
    ValueError for any other statement.
    """
    try:
        _run_as_superuser(admin, session, text, known)
    except sql.SqlSyntaxError as error:
        raise StatementError(error.message, sqlstate="42601") from None


def _run_as_superuser(admin: Session, session: OwnersSession, text: str, known: Mapping[str, StandIn]) -> None:
    owner, path, schema = session.rows(_WHO_AND_WHERE)[0]
    kind, node = sql.tree(text)
    if not _is_reserved(kind, node):
        raise ValueError(f"not for a superuser: {kind}")
    if kind == "alter_extension_stmt" and str(node.get("extname", "")) in known:
        return  # its one version stands for each
    if kind in _EXTENSION:
        with at_rest(admin):
            for step in steps_of(admin, node, str(schema), known):
                last = step["extname"] == node.get("extname")  # the others are required by it
                admin.script(sql.statement_sql(kind if last else "create_extension_stmt", step))
                refuse_captured(admin, str(step["extname"]))
            give_to_nobody(admin)
            admin.rows(_GIVE_EXTENSIONS, (owner,))
            for (wrapper,) in admin.rows(_WRAPPERS, (owner,)):
                statement = "grant usage on foreign data wrapper {} to {}"
                admin.rows(composed.SQL(statement).format(composed.Identifier(wrapper), composed.Identifier(owner)))
        return
    if kind in foreign_wrappers.KINDS:
        node = foreign_wrappers.with_safe_functions(admin, session, kind, node)
        path = ""  # all its names are full, and what the validator says in its body means PostgreSQL's own
    reserved, left = _parts(kind, node)
    with at_rest(admin):
        role = composed.Identifier(owner)
        admin.rows(composed.SQL("alter role {} superuser").format(role))
        admin.rows(composed.SQL("set local role {}").format(role))
        _run_there(admin, path, reserved)
        admin.rows("set local role none")
        admin.rows(composed.SQL("alter role {} nosuperuser").format(role))
    for statement in left:
        session.script(statement)


def _run_there(admin: Session, path: str, text: str) -> None:
    """Run one statement that looks names up where the owner would find them; nothing that has such a name runs."""
    admin.rows("select pg_catalog.set_config('search_path', %s, true)", (path,))
    admin.script(text)
    # A query of our own would find operators of the file by that path.
    admin.rows("set local search_path = ''")


def set_default_privileges(admin: Session, text: str) -> None:
    """Run ALTER DEFAULT PRIVILEGES, which came from the target; anything else is not run.

    Raises StatementError.
    """
    kind, node = sql.tree(text)
    if kind != "alter_default_privileges_stmt":
        raise ValueError(f"not about default privileges: {kind}")
    if any(admin.value(_IS_SUPERUSER, (name,)) for name in _grantors(node)):
        return  # what it makes in the shadow is not to be open to others
    with at_rest(admin):
        admin.script(sql.statement_sql(kind, node))


def give_away(admin: Session, text: str) -> None:
    """Run ALTER ... OWNER TO, which came from the target; anything else, or with a superuser as owner, is not run.

    What a superuser owns runs with a superuser's rights. Raises StatementError.
    """
    kind, node = sql.tree(text)
    if kind == "alter_table_stmt":
        commands = [command["alter_table_cmd"] for command in node.get("cmds", [])]
        if [command.get("subtype") for command in commands] != ["AT_ChangeOwner"]:
            raise ValueError(f"not about an owner: {kind}")
        owner = commands[0].get("newowner", {})
    elif kind == "alter_owner_stmt":
        owner = node.get("newowner", {})
    else:
        raise ValueError(f"not about an owner: {kind}")
    if owner.get("roletype") != "ROLESPEC_CSTRING" or admin.value(_IS_SUPERUSER, (owner.get("rolename"),)) is not False:
        return
    with at_rest(admin):
        admin.script(sql.statement_sql(kind, node))


def set_index_options(admin: Session, found: Mapping[int, Sequence[str]]) -> None:
    """Write the options (`m=16`) of indexes, by their oids, whose access method is a stand-in's: GiST knows none.

    PostgreSQL reads them as texts, and passes over those that it does not know. Raises StatementError.
    """
    for oid, options in found.items():
        admin.rows(_SET_OPTIONS, (list(options), oid))


def add_modifiers(admin: Session, labels: Mapping[int, str]) -> bool:
    """Give numbers the labels that a stand-in's types print for them; tell whether the database has such types."""
    if not admin.value(f"select exists ({_MODIFIERS})", (MODIFIERS,)):
        return False
    for number, label in labels.items():
        admin.rows(_ADD_LABEL, (float(number - FIRST), label, MODIFIERS, number))
    return True


def _grantors(node: sql.Tree) -> Iterator[str]:
    for option in node.get("options", []):
        if option.get("def_elem", {}).get("defname") == "roles":
            for role in option["def_elem"]["arg"]["list"]["items"]:
                yield str(role["role_spec"].get("rolename", ""))


@contextmanager
def at_rest(admin: Session) -> Iterator[None]:
    """Open a transaction in which no event trigger of the database fires. Raises StatementError."""
    with admin.transaction():
        triggers = admin.rows(_EVENT_TRIGGERS)
        for name, _ in triggers:
            admin.rows(composed.SQL("alter event trigger {} disable").format(composed.Identifier(name)))
        yield
        for name, mode in triggers:
            how = composed.SQL(_ENABLE[mode])
            admin.rows(composed.SQL("alter event trigger {} {}").format(composed.Identifier(name), how))


def _parts(kind: str, node: sql.Tree) -> tuple[str, Sequence[str]]:
    """Split a statement into what only a superuser may do, evaluating nothing, and what the owner does after it.

    The condition on the rows of a published table is an expression: reading it runs functions of the file.
    """
    if kind != "create_publication_stmt":
        return sql.statement_sql(kind, node), ()
    objects: list[dict[str, Any]] = node.get("pubobjects", [])
    wide = {**node, "pubobjects": list(filter(_of_schema, objects))}
    tables = [entry for entry in objects if not _of_schema(entry)]
    if not tables:
        return sql.statement_sql(kind, wide), ()
    added = {"pubname": node["pubname"], "pubobjects": tables, "action": "AP_AddObjects"}
    return sql.statement_sql(kind, wide), (sql.statement_sql("alter_publication_stmt", added),)
