-- What stands in schemas of the platform's names, or of extensions', which no comparison looks at, but for members of
-- extensions, for the attic, which migrations make, and for partitions, which the platform makes day by day.
with
member as materialized (
  select classid, objid from pg_depend where deptype = 'e'
),
schemas as materialized (
  select n.oid, quote_ident(n.nspname) as name, m.objid is not null as is_member from pg_namespace n
  left join member m on m.classid = 'pg_namespace'::regclass and m.objid = n.oid
  where n.nspname ~ '^_?timescaledb_' or n.nspname = any (current_setting('supasync.platform_schemas')::name[])
    or m.objid is not null
)
select 'schema ' || name from schemas where name <> 'supasync' and not is_member
union all
select 'relation ' || s.name || '.' || quote_ident(c.relname)
from pg_class c join schemas s on s.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'c') and not (s.name = 'supasync' and c.relname ~ '^attic')
  and not c.relispartition
  and not exists (select from member m where m.classid = 'pg_class'::regclass and m.objid = c.oid)
union all
select 'routine ' || s.name || '.' || quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ') as '
  || left(md5(concat_ws(' ', p.prosrc, pg_get_function_sqlbody(p.oid), p.prosecdef, p.proconfig, l.lanname)), 6)
from pg_proc p join schemas s on s.oid = p.pronamespace join pg_language l on l.oid = p.prolang
where not exists (select from member m where m.classid = 'pg_proc'::regclass and m.objid = p.oid)
union all
select 'type ' || s.name || '.' || quote_ident(t.typname)
from pg_type t join schemas s on s.oid = t.typnamespace
where t.typtype in ('d', 'e', 'r')
  and not exists (select from member m where m.classid = 'pg_type'::regclass and m.objid = t.oid)
