"""Which extensions' scripts may run, with a superuser's rights, beside objects that somebody else made."""

from __future__ import annotations

from supasync.adapters.postgres import Session, StatementError
from supasync.adapters.shadow.private_copy import stub_names
from supasync.core import sql

# Those that come with PostgreSQL (its documentation, appendix F, and the trusted languages): their scripts are
# written to be safe in a schema where somebody has put functions and operators to be found first.
_OF_POSTGRESQL = frozenset(
    [
        "adminpack",
        "amcheck",
        "autoinc",
        "bloom",
        "btree_gin",
        "btree_gist",
        "citext",
        "cube",
        "dblink",
        "dict_int",
        "dict_xsyn",
        "earthdistance",
        "file_fdw",
        "fuzzystrmatch",
        "hstore",
        "insert_username",
        "intagg",
        "intarray",
        "isn",
        "lo",
        "ltree",
        "moddatetime",
        "old_snapshot",
        "pageinspect",
        "pg_buffercache",
        "pg_freespacemap",
        "pg_prewarm",
        "pg_stat_statements",
        "pg_surgery",
        "pg_trgm",
        "pg_visibility",
        "pg_walinspect",
        "pgcrypto",
        "pgrowlocks",
        "pgstattuple",
        "plperl",
        "plpgsql",
        "pltcl",
        "postgres_fdw",
        "refint",
        "seg",
        "sslinfo",
        "tablefunc",
        "tcn",
        "tsm_system_rows",
        "tsm_system_time",
        "unaccent",
        "uuid-ossp",
        "xml2",
    ]
)
# Functions and operators of a schema that belong to no extension.
_FOUND_FIRST = """
select exists (
  select from pg_catalog.pg_proc p
  where p.pronamespace = n.oid and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid and d.deptype = 'e')
) or exists (
  select from pg_catalog.pg_operator o
  where o.oprnamespace = n.oid and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_operator'::pg_catalog.regclass and d.objid = o.oid and d.deptype = 'e')
)
from pg_catalog.pg_namespace n
where n.nspname = %s
"""
_SCHEMA_OF = """
select n.nspname::pg_catalog.text from pg_catalog.pg_extension e
join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname = %s
"""
_NOT_ALLOWED = "42501"


def refuse_unsafe(admin: Session, node: sql.Tree, current_schema: str) -> None:
    """Refuse to make or update an extension where its script could be led to a function of the database.

    `admin` is a deaf superuser's session, `node` CREATE EXTENSION or ALTER EXTENSION ... UPDATE, `current_schema`
    where an extension goes without SCHEMA. Raises StatementError.
    """
    name = str(node.get("extname", ""))
    if name in _OF_POSTGRESQL or name in stub_names():
        return
    named = [
        option["def_elem"]["arg"]["string"]["sval"]
        for option in node.get("options", [])
        if option.get("def_elem", {}).get("defname") == "schema"
    ]
    present = admin.value(_SCHEMA_OF, (name,))
    schema = str(present or (named[0] if named else current_schema))
    if admin.value(_FOUND_FIRST, (schema,)):
        raise StatementError(
            f'the extension "{name}" cannot be made in schema "{schema}" of the shadow',
            reason="Its script would run with a superuser's rights, and could be led to functions of that schema.",
            hint="Make it in a schema of its own: CREATE SCHEMA ...; CREATE EXTENSION ... SCHEMA ...",
            sqlstate=_NOT_ALLOWED,
        )
