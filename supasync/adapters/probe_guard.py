"""Which questions may be asked of the target: one statement, of tables alone, in words that mean what they say.

Expressions of a schema file consist of PostgreSQL's own words by then (core/sql/harmless.py). Somebody may have given
these another meaning there: a function, operator, cast or type of the same name. Names are judged without their
schemas: what a name means, only PostgreSQL knows.
"""

from __future__ import annotations

from supasync.adapters.postgres import Session
from supasync.core.sql import split
from supasync.core.sql.calls import Calls, calls_of

# Types of PostgreSQL's own that read their values in ways of their own: queries of the catalog, libxml, functions.
_UNFIT_TYPES = ["xml", "cstring", "internal", "any", "jsonpath", "pg_node_tree", "regproc", "regprocedure", "regoper",
                "regoperator", "regconfig", "regdictionary", "tsvector", "tsquery"]  # fmt: skip
_FOREIGN = """
with
member as (select classid, objid from pg_catalog.pg_depend where deptype = 'e'),
own_function as (
  select p.* from pg_catalog.pg_proc p
  where p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace
    and not exists (
      select from member m where m.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and m.objid = p.oid)
),
own_operator as (
  select o.* from pg_catalog.pg_operator o
  where o.oprnamespace <> 'pg_catalog'::pg_catalog.regnamespace
    and not exists (
      select from member m where m.classid = 'pg_catalog.pg_operator'::pg_catalog.regclass and m.objid = o.oid)
)
select p.oid::pg_catalog.regproc::pg_catalog.text || '()' from own_function p
where p.proname = any (%(functions)s) or p.proname = any (%(attributes)s) and p.pronargs > 0
union all
select p.oid::pg_catalog.regproc::pg_catalog.text || '()'
from pg_catalog.pg_cast c join own_function p on p.oid = c.castfunc
union all
select 'operator ' || o.oprname::pg_catalog.text from pg_catalog.pg_operator o
where o.oprname = any (%(operators)s)
  and exists (select from own_operator own where own.oid in (o.oid, o.oprcom, o.oprnegate))
union all
select t.oid::pg_catalog.regtype::pg_catalog.text from pg_catalog.pg_type t
where t.typname = any (%(types)s) and t.typtype <> 'e' and (
  t.typtype in ('d', 'c', 'p') or t.typname = any (%(unfit)s)
  or t.typnamespace <> 'pg_catalog'::pg_catalog.regnamespace and not exists (
    select from member m where m.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and m.objid = t.oid))
limit 1
"""
# A view runs what it is made of; a foreign table, as a partition too, goes out over the network.
_NO_TABLE = """
with recursive
read as (
  select c.oid, c.relkind from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  join rows from (pg_catalog.unnest(%s::pg_catalog.text[]), pg_catalog.unnest(%s::pg_catalog.text[]))
    named (schema, name)
    on c.relname = named.name and named.schema in ('', n.nspname)
  where n.nspname <> 'pg_catalog'
  union
  select c.oid, c.relkind from read r join pg_catalog.pg_inherits i on i.inhparent = r.oid
  join pg_catalog.pg_class c on c.oid = i.inhrelid
)
select oid::pg_catalog.regclass::pg_catalog.text from read where relkind in ('v', 'f') limit 1
"""


class ProbeGuard:
    """Judges the questions to one target; what it has judged once it knows."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._judged: dict[Calls, str] = {}

    def objection(self, text: str, *, own: bool) -> str:
        """Say why a query may not be run, "" when it may; in an `own` one no word is anybody's but supasync's."""
        if len(split(text)) != 1:
            return "it is more than one statement"
        calls = calls_of(text)
        if outside := self._no_table(calls):
            return f"{outside} is no table"
        if own:
            return ""
        if calls not in self._judged:
            self._judged[calls] = self._foreign(calls)
        return self._judged[calls]

    def _no_table(self, calls: Calls) -> str:
        schemas, names = ([table[part] for table in calls.tables] for part in (0, 1))
        return str(self._session.value(_NO_TABLE, (schemas, names)) or "") if names else ""

    def _foreign(self, calls: Calls) -> str:
        named = {name: sorted(getattr(calls, name)) for name in ("functions", "attributes", "operators", "types")}
        found = self._session.value(_FOREIGN, {**named, "unfit": _UNFIT_TYPES})
        return f"it might run {found}, which is not PostgreSQL's own" if found else ""
