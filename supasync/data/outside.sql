-- What no comparison looks at, one line each: who may what on the whole server, and what stands in schemas of the
-- platform's names or of extensions', or belongs to another role. 'access' or 'object' says which. Never a value.
-- Partitions in their parent's schema are left out: the platform makes some day by day.
with
me as (select oid from pg_roles where rolname = current_user),
member as materialized (
  select d.classid, d.objid, e.extname from pg_depend d
  join pg_extension e on e.oid = d.refobjid
  where d.deptype = 'e' and d.refclassid = 'pg_extension'::regclass
),
schemas as materialized (
  select n.oid, quote_ident(n.nspname) as name, n.nspowner, n.nspacl, m.extname,
    n.nspname !~ '^_?timescaledb_' and m.objid is null
      and n.nspname <> all (current_setting('supasync.platform_schemas')::name[]) as compared
  from pg_namespace n
  left join member m on m.classid = 'pg_namespace'::regclass and m.objid = n.oid
  where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
),
rel as materialized (
  select c.*, s.name || '.' || quote_ident(c.relname) as name, m.extname
  from pg_class c
  join schemas s on s.oid = c.relnamespace
  -- A composite type has a relation of its own, which is no member.
  left join member m on (m.classid = 'pg_class'::regclass and m.objid = c.oid)
    or (c.relkind = 'c' and m.classid = 'pg_type'::regclass and m.objid = c.reltype)
  where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'c')
    and not (s.compared and m.objid is null and c.relowner = (select oid from me))
    and not (c.relispartition and exists (
      select from pg_inherits i join pg_class p on p.oid = i.inhparent
      where i.inhrelid = c.oid and p.relnamespace = c.relnamespace))
),
routine as materialized (
  select p.*, s.name || '.' || quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')' as name,
    m.extname
  from pg_proc p
  join schemas s on s.oid = p.pronamespace
  left join member m on m.classid = 'pg_proc'::regclass and m.objid = p.oid
  where not (s.compared and m.objid is null and p.proowner = (select oid from me))
    -- Constructors of ranges come and go with their type, and belong to the first superuser.
    and not exists (select from pg_depend d
      where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i' and d.refclassid = 'pg_type'::regclass)
),
granted (what, extname, owner, acl) as (
  select 'schema ' || name, extname, nspowner, nspacl from schemas
  where not compared or nspowner <> (select oid from me)
  union all
  select name, extname, relowner, relacl from rel
  union all
  select 'column ' || r.name || '.' || quote_ident(a.attname), r.extname, r.relowner, a.attacl
  from rel r join pg_attribute a on a.attrelid = r.oid where a.attacl is not null
  union all
  select 'routine ' || name, extname, proowner, proacl from routine
)
select 'access', concat_ws(' ', 'role', quote_ident(r.rolname), case when r.rolsuper then 'superuser' end,
  case when r.rolcanlogin then 'login' end, case when r.rolcreaterole then 'createrole' end,
  case when r.rolcreatedb then 'createdb' end, case when r.rolreplication then 'replication' end,
  case when r.rolbypassrls then 'bypassrls' end, case when not r.rolinherit then 'noinherit' end,
  'connection limit ' || nullif(r.rolconnlimit, -1), 'valid until ' || r.rolvaliduntil)
from pg_roles r where r.rolname !~ '^pg_'
union all
-- Columns that PostgreSQL 16 brought.
select 'access', concat('membership of ', quote_ident(m.rolname), ' in ', quote_ident(g.rolname),
  case when a.admin_option then ' with admin option' end,
  case when to_jsonb(a) ->> 'inherit_option' = 'false' then ' without inheriting' end,
  case when to_jsonb(a) ->> 'set_option' = 'false' then ' without becoming it' end)
from pg_auth_members a join pg_roles m on m.oid = a.member join pg_roles g on g.oid = a.roleid
union all
select 'access', concat_ws(' ', 'setting of', case s.setdatabase when 0 then 'role' else 'the database' end,
  quote_ident(r.rolname), split_part(o.option, '=', 1), md5(o.option))
from pg_db_role_setting s
left join pg_roles r on r.oid = s.setrole
cross join unnest(s.setconfig) o (option)
where s.setdatabase in (0, (select d.oid from pg_database d where d.datname = current_database()))
union all
select 'access', 'privilege on ' || o.what || ' to ' || coalesce(quote_ident(g.rolname), 'public') || ': '
  || p.privilege_type || case when p.is_grantable then ' with grant option' else '' end
  || coalesce(' (extension ' || o.extname || ')', '')
from granted o
cross join aclexplode(o.acl) p
left join pg_roles g on g.oid = p.grantee
where p.grantee <> o.owner
union all
select 'access', 'privilege on the database to ' || coalesce(quote_ident(g.rolname), 'public') || ': ' || p.privilege_type
from pg_database d
cross join aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) p
left join pg_roles g on g.oid = p.grantee
where d.datname = current_database()
union all
select 'access', 'connection limit of the database: ' || d.datconnlimit
from pg_database d where d.datname = current_database() and d.datconnlimit <> -1
union all
select 'access', concat_ws(' ', 'default privilege of', quote_ident(r.rolname), 'in schema ' || quote_ident(n.nspname),
  'on', a.defaclobjtype, 'to', coalesce(quote_ident(g.rolname), 'public') || ':', p.privilege_type)
from pg_default_acl a
join pg_roles r on r.oid = a.defaclrole
left join pg_namespace n on n.oid = a.defaclnamespace
cross join aclexplode(a.defaclacl) p
left join pg_roles g on g.oid = p.grantee
union all
select 'object', 'schema ' || name from schemas where not compared and extname is null and name <> 'supasync'
union all
select 'object', concat_ws(' ', 'relation', r.name, 'of', quote_ident(pg_get_userbyid(r.relowner)),
  case when r.relkind in ('v', 'm') then md5(pg_get_viewdef(r.oid)) end)
from rel r where r.extname is null
union all
select 'object', concat_ws(' ', 'row security of', r.name, case when r.relforcerowsecurity then 'forced' end)
from rel r where r.relrowsecurity
union all
select 'object', concat_ws(' ', 'trigger', quote_ident(g.tgname), 'on', r.name,
  md5(concat(pg_get_triggerdef(g.oid), g.tgenabled)))
from pg_trigger g join rel r on r.oid = g.tgrelid where not g.tgisinternal
union all
select 'object', concat_ws(' ', 'rule', quote_ident(u.rulename), 'on', r.name,
  md5(concat(pg_get_ruledef(u.oid), u.ev_enabled)))
from pg_rewrite u join rel r on r.oid = u.ev_class where u.rulename <> '_RETURN'
union all
select 'object', concat_ws(' ', 'policy', quote_ident(p.polname), 'on', r.name, md5(concat(p.polcmd, p.polpermissive,
  array(select pg_get_userbyid(x) from unnest(p.polroles) x order by 1), pg_get_expr(p.polqual, p.polrelid),
  pg_get_expr(p.polwithcheck, p.polrelid))))
from pg_policy p join rel r on r.oid = p.polrelid
union all
select 'object', concat_ws(' ', 'routine', p.name, 'of', quote_ident(pg_get_userbyid(p.proowner)), 'as',
  md5(concat_ws(' ', p.prosrc, pg_get_function_sqlbody(p.oid), p.prosecdef, p.proconfig, l.lanname)))
from routine p join pg_language l on l.oid = p.prolang where p.extname is null
union all
select 'object', 'type ' || s.name || '.' || quote_ident(t.typname) || ' of ' || quote_ident(pg_get_userbyid(t.typowner))
from pg_type t join schemas s on s.oid = t.typnamespace
where t.typtype in ('d', 'e', 'r') and not (s.compared and t.typowner = (select oid from me))
  and not exists (select from member m where m.classid = 'pg_type'::regclass and m.objid = t.oid)
union all
select 'object', 'members of extension ' || quote_ident(m.extname) || ': ' || count(*) || ' ('
  || md5(string_agg(i.type || i.identity, ',' order by i.type collate "C", i.identity collate "C")) || ')'
from member m cross join pg_identify_object(m.classid, m.objid, 0) i
group by m.extname
