"""The role as which a login role acts: the one that the application's objects belong to.

A login role of one's own (`create role deploy login; grant postgres to deploy`) may do all that `postgres` may. But
what it makes would be its own, and neither others nor the diff engine would have the rights to change it.
"""

from __future__ import annotations

from supasync.adapters.postgres import Session

# SET ROLE is a right of its own since 16; before, every member has it.
_FOUND = """
with
me as (select r.oid from pg_catalog.pg_roles r where r.rolname = current_user and not r.rolsuper),
owned as (
  select c.relowner, pg_catalog.count(*) as number
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f') and n.nspname !~ '^pg_'
    and n.nspname not in ('supasync', 'supabase_migrations')
  group by c.relowner
)
select o.rolname::pg_catalog.text
from me, pg_catalog.pg_roles o
where o.oid <> me.oid and not o.rolsuper
  and pg_catalog.pg_has_role(o.oid, {right})
  and (
    o.oid = (select d.datdba from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
    or o.rolname = 'postgres' and exists (select from pg_catalog.pg_roles where rolname = 'anon')
  )
  and coalesce((select number from owned where relowner = o.oid), 0)
    >= coalesce((select number from owned where relowner = me.oid), 0)
order by o.rolname <> 'postgres'
limit 1
"""


def act_as_owner(session: Session) -> None:
    """Let a session act as the role that owns the database, or a Supabase project's objects, if it may.

    A superuser acts as itself, and so does a role that owns more of the objects. Raises StatementError.
    """
    right = "'SET'" if session.info.server_version >= 160000 else "'MEMBER'"
    found = session.value(_FOUND.format(right=right))
    if found:
        session.value("select pg_catalog.set_config('role', %s, false)", (found,))


def options_for(session: Session, options: str) -> str:
    """Return libpq's `options` with which another session acts as this one does."""
    acting = str(session.value("select current_user"))
    if acting == session.info.user:
        return options
    escaped = acting.replace("\\", "\\\\").replace(" ", "\\ ")
    return f"{options} -c role={escaped}".strip()
