"""Which questions may be asked of the target: those that only read tables, and can be seen to do nothing else.

Expressions of a schema file are a stranger's. Names are judged without their schemas, and everything in the database
that has such a name: what a name means there, only PostgreSQL knows.
"""

from __future__ import annotations

import re

from supasync.adapters.postgres import Session
from supasync.core.sql import split
from supasync.core.sql.calls import Calls, calls_of

# Functions that may do more than to answer: VOLATILE, STABLE and not PostgreSQL's own, aggregates of users (their
# volatility is that of other functions). Then those of PostgreSQL that are STABLE and run SQL that they are given as a
# text, or read a text as a value of a type.
_ACTING = r"""
with acting as (
  select p.oid, p.proname, p.pronargs, p.pronargdefaults from pg_catalog.pg_proc p
  where p.prokind <> 'p' and (p.provolatile = 'v' or p.pronamespace <> 'pg_catalog'::pg_catalog.regnamespace
    and (p.provolatile = 's' or p.prokind = 'a')))
select p.oid::pg_catalog.regproc::pg_catalog.text || '()' from acting p
where p.proname = any (%(functions)s)
  or p.proname = any (%(attributes)s) and p.pronargs > 0 and p.pronargs - p.pronargdefaults <= 1
  or exists (select from pg_catalog.pg_operator o where o.oprcode = p.oid and o.oprname = any (%(operators)s))
  or exists (select from pg_catalog.pg_cast c join pg_catalog.pg_type t on t.oid = c.casttarget where c.castfunc = p.oid
    and (c.castcontext <> 'e' or t.typname = any (%(types)s) or t.typname in ('json', 'jsonb')))
union all
select p.oid::pg_catalog.regproc::pg_catalog.text || '()' from pg_catalog.pg_proc p
where p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace and p.provolatile = 's'
  and p.proname = any (%(functions)s) and (p.proname ~ '_to_xml|^pg_input_|_populate_record' or exists (
    select from pg_catalog.pg_type t where t.oid = any (p.proargtypes) and t.typname in ('cstring', 'internal')))
limit 1
"""
# What does not look whether it is to end, in libxml and in the arithmetic of long numbers.
_DEAF = re.compile(r"xml|xpath|(?:power|pow|exp|ln|log|log10|sqrt|factorial|numeric_\w+)$")
_RULES = """
select pg_catalog.pg_get_constraintdef(oid) from pg_catalog.pg_constraint where contypid <> 0 and contype = 'c'
"""
# A view runs what it is made of; a foreign table goes out over the network.
_NO_TABLE = """
select c.oid::pg_catalog.regclass::pg_catalog.text from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join rows from (pg_catalog.unnest(%s::pg_catalog.text[]), pg_catalog.unnest(%s::pg_catalog.text[])) named (schema, name)
  on c.relname = named.name and named.schema in ('', n.nspname)
where c.relkind in ('v', 'f') and n.nspname <> 'pg_catalog'
limit 1
"""


class ProbeGuard:
    """Judges the questions to one target; what it has judged once it knows."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._judged: dict[Calls, str] = {}
        self._of_domains: str | None = None

    def objection(self, text: str, *, own: bool) -> str:
        """Say why a query may not be run, "" when it may; in an `own` one no word is anybody's but supasync's."""
        if len(split(text)) != 1:
            return "it is more than one statement"
        calls = calls_of(text)
        if outside := self._no_table(calls):
            return f"{outside} is no table"
        if own:
            return ""
        if long := next((name for name in sorted(calls.types) if _DEAF.match(name)), ""):
            return f"{long} may run for hours, and nothing stops it"
        acting = self._acting(calls) or self._in_domains()
        return f"it calls {acting}, which is not IMMUTABLE and might act" if acting else ""

    def _no_table(self, calls: Calls) -> str:
        schemas, names = ([table[part] for table in calls.tables] for part in (0, 1))
        return str(self._session.value(_NO_TABLE, (schemas, names)) or "") if names else ""

    def _acting(self, calls: Calls) -> str:
        """Name a function by which a query might act, empty where there is none."""
        if calls not in self._judged:
            named = {name: sorted(getattr(calls, name)) for name in ("functions", "attributes", "operators", "types")}
            self._judged[calls] = str(self._session.value(_ACTING, named) or "") if any(named.values()) else ""
        return self._judged[calls]

    def _in_domains(self) -> str:
        """Name a function by which a domain's rule might act: values become a domain's without a word in the query."""
        if self._of_domains is None:
            rules = (str(row[0]) for row in self._session.rows(_RULES))
            found = (self._acting(calls_of(f"ALTER TABLE t ADD {rule}")) for rule in rules)
            self._of_domains = next(filter(None, found), "")
        return self._of_domains
