-- What stands in schemas of the platform's names, which no comparison looks at, but for members of extensions, and for
-- the attic: migrations make it.
with
member as materialized (
  select classid, objid from pg_depend where deptype = 'e'
),
schemas as materialized (
  select n.oid, quote_ident(n.nspname) as name from pg_namespace n
  where (n.nspname ~ '^_?timescaledb_' or n.nspname = any (current_setting('supasync.platform_schemas')::name[]))
    and not exists (select from member m where m.classid = 'pg_namespace'::regclass and m.objid = n.oid)
)
select 'schema ' || name from schemas where name <> 'supasync'
union all
select 'relation ' || s.name || '.' || quote_ident(c.relname)
from pg_class c join schemas s on s.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'c') and not (s.name = 'supasync' and c.relname ~ '^attic')
  and not exists (select from member m where m.classid = 'pg_class'::regclass and m.objid = c.oid)
union all
select 'routine ' || s.name || '.' || quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ') as '
  || left(md5(concat_ws(' ', p.prosrc, pg_get_function_sqlbody(p.oid), p.prosecdef, p.proconfig, p.prolang)), 6)
from pg_proc p join schemas s on s.oid = p.pronamespace
where not exists (select from member m where m.classid = 'pg_proc'::regclass and m.objid = p.oid)
union all
select 'type ' || s.name || '.' || quote_ident(t.typname)
from pg_type t join schemas s on s.oid = t.typnamespace
where t.typtype in ('d', 'e', 'r')
  and not exists (select from member m where m.classid = 'pg_type'::regclass and m.objid = t.oid)
