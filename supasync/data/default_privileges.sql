-- What new objects get by default, as statements that reproduce it in another database.
-- Columns: schema ('' for entries that hold everywhere), statement, in the order to run them.
-- An entry without a schema replaces PostgreSQL's built-in privileges, so these are taken away first;
-- an entry for a schema adds to them.
with kinds (code, words) as (
  values ('r'::"char", 'tables'), ('S', 'sequences'), ('f', 'functions'), ('T', 'types'), ('n', 'schemas')
),
entries as (
  select d.oid,
         d.defaclacl as acl,
         d.defaclnamespace <> 0 as bound,
         coalesce(n.nspname, '') as schema,
         format('alter default privileges for role %%I%%s', r.rolname,
                case when n.nspname is null then '' else format(' in schema %%I', n.nspname) end) as head,
         r.rolname as grantor,
         k.words
  from pg_catalog.pg_default_acl d
  join pg_catalog.pg_roles r on r.oid = d.defaclrole
  join kinds k on k.code = d.defaclobjtype
  left join pg_catalog.pg_namespace n on n.oid = d.defaclnamespace
  where r.rolname = any (%(grantors)s::text[])
),
grants as (
  select e.schema, e.head, e.words, a.is_grantable,
         case when a.grantee = 0 then 'public' else format('%%I', g.rolname) end as grantee,
         string_agg(a.privilege_type, ', ' order by a.privilege_type) as privileges
  from entries e
  cross join lateral pg_catalog.aclexplode(e.acl) a
  left join pg_catalog.pg_roles g on g.oid = a.grantee
  where a.grantee = 0 or g.rolname is not null
  group by 1, 2, 3, 4, 5
)
select schema, statement
from (
  select 1 as step, e.schema,
         format('%%s revoke all on %%s from public, %%I', e.head, e.words, e.grantor) as statement
  from entries e
  where not e.bound
  union all
  select 2, g.schema,
         format('%%s grant %%s on %%s to %%s%%s', g.head, g.privileges, g.words, g.grantee,
                case when g.is_grantable then ' with grant option' else '' end)
  from grants g
) as steps
order by step, schema, statement
