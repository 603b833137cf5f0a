"""Where an extension goes, and whether its script may run there with a superuser's rights."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from psycopg import sql as composed

from supasync.adapters.database_errors import StatementError
from supasync.adapters.postgres import Session
from supasync.adapters.shadow.private_copy import stub_names
from supasync.core import sql
from supasync.core.catalog.stand_in import StandIn

# Those that come with PostgreSQL (its documentation, appendix F, and the trusted languages): their scripts are
# written to be safe in a schema where somebody has put functions and operators to be found first. That of
# earthdistance is not, up to PostgreSQL 15.
OF_POSTGRESQL = frozenset({
    "adminpack", "amcheck", "autoinc", "bloom", "btree_gin", "btree_gist", "citext", "cube", "dblink", "dict_int",
    "dict_xsyn", "file_fdw", "fuzzystrmatch", "hstore", "insert_username", "intagg", "intarray", "isn", "lo", "ltree",
    "moddatetime", "old_snapshot", "pageinspect", "pg_buffercache", "pg_freespacemap", "pg_prewarm",
    "pg_stat_statements", "pg_surgery", "pg_trgm", "pg_visibility", "pg_walinspect", "pgcrypto", "pgrowlocks",
    "pgstattuple", "plperl", "plpgsql", "pltcl", "postgres_fdw", "refint", "seg", "sslinfo", "tablefunc", "tcn",
    "tsm_system_rows", "tsm_system_time", "unaccent", "uuid-ossp", "xml2",
})  # fmt: skip
STUB = "stub"  # the comment by which a control file says that there is no code behind it
_CONTROL = """
select v.schema::pg_catalog.text, coalesce(v.requires, '{}')::pg_catalog.text[],
       coalesce(e.comment, '') operator(pg_catalog.=) 'stub'
from pg_catalog.pg_available_extension_versions v
join pg_catalog.pg_available_extensions e on e.name = v.name
where v.name = %s and v.version = coalesce(%s, e.default_version)
"""
_SCHEMA_OF = """
select n.nspname::pg_catalog.text from pg_catalog.pg_extension e
join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname = %s
"""
NOBODY = "pg_supasync_nobody"
"""A role of our own shadows that has no rights, no members, and a name that nothing shows or compares. The tables and
views of extensions belong to it: what runs as their owner, as in ANALYZE, is nobody then. Up to PostgreSQL 15 there is
none: whoever may make roles could make himself a member, and give it what is his."""
SUPERUSERS = """array[10::pg_catalog.oid,
  (select r.oid from pg_catalog.pg_roles r where r.rolname operator(pg_catalog.=) current_user)]"""
"""Of the shadow's superusers, the first one (oid 10) and ours: what an extension brings there belongs to them."""
_NOBODY_TOO = f"""{SUPERUSERS} operator(pg_catalog.||) array(
  select r.oid from pg_catalog.pg_roles r where r.rolname operator(pg_catalog.=) '{NOBODY}'
    and not exists (select from pg_catalog.pg_auth_members m where m.roleid = r.oid))"""
_OWNED = {
    "pg_proc": "proowner", "pg_class": "relowner", "pg_type": "typowner", "pg_operator": "oprowner",
    "pg_namespace": "nspowner", "pg_collation": "collowner", "pg_ts_dict": "dictowner", "pg_ts_config": "cfgowner",
    "pg_opclass": "opcowner", "pg_opfamily": "opfowner", "pg_event_trigger": "evtowner",
    "pg_foreign_server": "srvowner", "pg_foreign_data_wrapper": "fdwowner", "pg_conversion": "conowner",
    "pg_statistic_ext": "stxowner", "pg_publication": "pubowner", "pg_language": "lanowner",
}  # fmt: skip


def of_others(table: str, row: str) -> str:
    """Return the condition that an object is neither a superuser's nor nobody's; `row` is one of the catalog `table`.

    Of the constructors of a range PostgreSQL says that they are the first superuser's, whoever made it: they are whose
    the type is.
    """
    ours = _NOBODY_TOO if table in ("pg_class", "pg_type") else SUPERUSERS
    owner = f"{row}.{_OWNED[table]} operator(pg_catalog.<>) all ({ours})"
    if table != "pg_proc":
        return owner
    return f"""({owner} or exists (select from pg_catalog.pg_depend i join pg_catalog.pg_type t on t.oid = i.refobjid
  where i.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and i.objid = {row}.oid and i.deptype = 'i'
    and i.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and {of_others("pg_type", "t")}))"""


# Objects of others in a schema, members of extensions or not.
_FOUND_FIRST = f"""
select exists (select from pg_catalog.pg_proc p where p.pronamespace = n.oid and {of_others("pg_proc", "p")})
    or exists (select from pg_catalog.pg_operator o where o.oprnamespace = n.oid and {of_others("pg_operator", "o")})
    or exists (select from pg_catalog.pg_type y where y.typnamespace = n.oid and {of_others("pg_type", "y")})
from pg_catalog.pg_namespace n
where n.nspname = %s
"""
# A block with EXCEPTION in a script has a transaction number of its own, which is later than that around it.
_MADE_NOW = "pg_catalog.age({}.xmin) <= pg_catalog.age(pg_catalog.pg_current_xact_id()::pg_catalog.xid)"
_FOREIGN_MEMBERS = (
    "select exists ("
    + " union all ".join(
        f"""select from pg_catalog.pg_depend d join pg_catalog.{table} o on o.oid = d.objid
where d.deptype = 'e' and d.classid = 'pg_catalog.{table}'::pg_catalog.regclass
  and {of_others(table, "o")}"""
        for table in _OWNED
    )
    # A cast and a transform have no owner: they are somebody's whose types, or functions, they are of.
    + f""" union all select from pg_catalog.pg_depend d
join pg_catalog.pg_depend u on u.classid = d.classid and u.objid = d.objid and u.deptype = 'n'
left join pg_catalog.pg_type t on t.oid = u.refobjid and u.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
left join pg_catalog.pg_proc p on p.oid = u.refobjid and u.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
where d.deptype = 'e'
  and d.classid in ('pg_catalog.pg_cast'::pg_catalog.regclass, 'pg_catalog.pg_transform'::pg_catalog.regclass)
  and ({of_others("pg_type", "t")} or {of_others("pg_proc", "p")})"""
    + ")"
)
# What the objects that this transaction has made stand on, whatever their kind: also those that are no members
# themselves (rules of views, operators of classes, columns of composite types, defaults), which name their members.
# An operator's commutator and negator are no dependencies.
_LEANS_ON_OTHERS = (
    "select exists ("
    + " union all ".join(
        f"""select from pg_catalog.pg_depend d
join pg_catalog.{table} o on d.refclassid = 'pg_catalog.{table}'::pg_catalog.regclass and o.oid = d.refobjid
where {_MADE_NOW.format("d")}
  and {of_others(table, "o")}"""
        for table in _OWNED
        if table != "pg_namespace"
    )
    + f""" union all select from pg_catalog.pg_operator made
join pg_catalog.pg_operator o on o.oid in (made.oprcom, made.oprnegate)
where {_MADE_NOW.format("made")}
  and {of_others("pg_operator", "o")})"""
)
# A sequence of a column goes with its table.
_RELATIONS_MADE = f"""
select n.nspname::pg_catalog.text, c.relname::pg_catalog.text
from pg_catalog.pg_depend d
join pg_catalog.pg_class c on c.oid = d.objid and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where d.deptype = 'e' and {_MADE_NOW.format("d")} and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
  and not exists (select from pg_catalog.pg_depend s
    where s.classid = d.classid and s.objid = c.oid and s.refclassid = d.classid and s.deptype in ('a', 'i'))
  and exists (select from pg_catalog.pg_roles r where r.rolname operator(pg_catalog.=) '{NOBODY}')
"""
_UP_TO_15 = "Supabase offers {} up to PostgreSQL 15 only; from 17 on a project is without it."
_WHY_NOT = {
    name: _UP_TO_15.format(word)
    for name, word in {"timescaledb": "TimescaleDB", "plv8": "plv8", "plls": "plls", "plcoffee": "plcoffee"}.items()
}
_CASCADE: sql.Tree = {
    "def_elem": {"defname": "cascade", "arg": {"boolean": {"boolval": True}}, "defaction": "DEFELEM_UNSPEC"}
}
ADDS_MEMBER = "It adds objects to an extension"
NOT_COMPARED = "What belongs to an extension is not compared, so nobody would see it come or change."
_ALTER = re.compile(r"\s*alter\b.*\bextension\b", re.IGNORECASE | re.DOTALL)
_NOT_ALLOWED, _NOT_SUPPORTED = "42501", "0A000"


def adds_member(text: str) -> bool:
    """Tell whether a statement adds something to an extension, or takes it out of one."""
    return bool(_ALTER.match(text)) and sql.node_kind(text) == "alter_extension_contents_stmt"


def has_foreign_members(admin: Session) -> bool:
    """Tell whether an extension of the shadow database has members that did not come with it."""
    return bool(admin.value(_FOREIGN_MEMBERS))


def refuse_captured(admin: Session, name: str) -> None:
    """Raise StatementError where an extension that this transaction has made stands on an object of somebody else's.

    Its script has taken that for one of its own, by a name: what belongs to a superuser would then call it.
    """
    if admin.value(_LEANS_ON_OTHERS):
        raise StatementError(
            f'the extension "{name}" cannot be made in the shadow beside objects that have names of its own',
            reason="Its script would take them for its own.",
            hint="Make the extension first.",
            sqlstate=_NOT_ALLOWED,
        )


def give_to_nobody(admin: Session) -> None:
    """Give the tables, views and sequences of extensions that this transaction has made to the role without rights."""
    for schema, name in admin.rows(_RELATIONS_MADE):
        statement = composed.SQL("alter table {} owner to {}")
        admin.rows(statement.format(composed.Identifier(schema, name), composed.Identifier(NOBODY)))


def steps_of(admin: Session, node: sql.Tree, current_schema: str, known: Mapping[str, StandIn]) -> Iterator[sql.Tree]:
    """Yield the trees of CREATE EXTENSION, one by one, to be run before the next is asked for.

    Those that CASCADE would bring along come first. Each says the schema in which its objects will be. `admin` is a
    deaf superuser's session, `current_schema` where the owner's objects go, `known` the stand-ins by name. Raises
    StatementError for an extension that is not there, and where its script could be led to objects of somebody else's:
    by its schema, or that of an extension that it requires.
    """
    name = str(node.get("extname", ""))
    kept = [one for one in node.get("options", []) if _named(one) not in ("cascade", "new_version")]
    named, asked = (next(_options(node, option), None) for option in ("schema", "new_version"))
    standing_in = known.get(name)
    version = standing_in.version if standing_in else None
    found = admin.rows(_CONTROL, (name, version))
    # One that is really there has the script of somebody else, whatever its name.
    is_stub = name in known or (bool(found) and found[0][2] and name in stub_names())
    if is_stub:
        asked = version  # it has one version, whatever is asked for
    elif asked:
        found = admin.rows(_CONTROL, (name, asked))
    if not found:
        raise StatementError(f'extension "{name}" is not available', sqlstate=_NOT_SUPPORTED)
    fixed, required, _ = found[0]
    present = admin.value(_SCHEMA_OF, (name,))
    cascades = any(map(_is_cascade, node.get("options", [])))
    if present is None and cascades:
        for other in required:
            if admin.value(_SCHEMA_OF, (other,)) is None:
                options = [_CASCADE, *([_option("schema", named)] if named else [])]
                yield from steps_of(admin, {"extname": other, "options": options}, current_schema, known)
    if standing_in:
        _refuse_elsewhere(admin, standing_in)
    schema = str(present or fixed or named or current_schema)
    if name not in OF_POSTGRESQL and not is_stub:
        places = (schema, *(str(admin.value(_SCHEMA_OF, (other,)) or schema) for other in required))
        for place in dict.fromkeys(places):
            if admin.value(_FOUND_FIRST, (place,)):
                raise _unsafe(name, place)
    if fixed and cascades:  # with it, another schema that is named is no error
        kept = [one for one in kept if _named(one) != "schema"]
    options = kept if named or fixed or present else [*kept, _option("schema", schema)]
    yield {**node, "options": [*options, *([_option("new_version", asked)] if asked else [])]}


def _refuse_elsewhere(admin: Session, found: StandIn) -> None:
    """Refuse a stand-in if one that it requires is elsewhere than on the target, where its statements look for it."""
    for other, there in found.requires.items():
        here = admin.value(_SCHEMA_OF, (other,))
        if there and here and here != there:
            raise StatementError(
                f'the extension "{found.name}" cannot be made in the shadow: it requires the extension "{other}",'
                f' which is in the schema "{there}" on the target and in "{here}" here',
                hint=f'Leave "{other}" in the schema "{there}".',
                sqlstate=_NOT_ALLOWED,
            )


def _options(node: sql.Tree, name: str) -> Iterator[str]:
    for option in node.get("options", []):
        if _named(option) == name:
            yield str(option["def_elem"]["arg"]["string"]["sval"])


def _named(option: sql.Tree) -> str:
    return str(option.get("def_elem", {}).get("defname", ""))


def _is_cascade(option: sql.Tree) -> bool:
    return _named(option) == "cascade"


def _option(name: str, value: str) -> sql.Tree:
    argument = {"string": {"sval": value}}
    return {"def_elem": {"defname": name, "arg": argument, "defaction": "DEFELEM_UNSPEC"}}


def _unsafe(name: str, schema: str) -> StatementError:
    return StatementError(
        f'the extension "{name}" cannot be made in the shadow beside the objects of schema "{schema}"',
        reason="Its script would run with a superuser's rights, and could be led to them.",
        hint="Make it in a schema of its own: CREATE SCHEMA ...; CREATE EXTENSION ... SCHEMA ...",
        sqlstate=_NOT_ALLOWED,
    )


def missing_extension(name: str) -> tuple[str, str]:
    """Return the reason and the ways out for an extension that neither the shadow's server nor the target has."""
    if name in _WHY_NOT:
        return _WHY_NOT[name], "Remove it from the schema file, and what uses it."
    hint = (
        "Remove it, install it where the target runs, or set shadow to the URL of a throwaway server that has it."
        f" supasync itself includes stand-ins for: {', '.join(sorted(stub_names()))}."
    )
    return f'Neither the target nor the shadow can make the extension "{name}".', hint


def known_by_name(names: Iterable[str]) -> str:
    """Return what to do where something of an extension is missing of which only the name is known."""
    listed = ", ".join(sorted(names))
    return (
        f"What {listed} brings is not known before it is in Supabase: sync CREATE EXTENSION alone first, then add what"
        " uses it."
    )
