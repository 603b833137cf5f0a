-- Who may what beyond the objects of the user's schemas, and under which settings: one line for each role, membership,
-- setting of a role or database, and privilege on the database or a table of the platform's or of an extension's schema.
select concat_ws(' ', 'role', quote_ident(r.rolname), case when r.rolsuper then 'superuser' end,
  case when r.rolcanlogin then 'login' end, case when r.rolcreaterole then 'createrole' end,
  case when r.rolcreatedb then 'createdb' end, case when r.rolreplication then 'replication' end,
  case when r.rolbypassrls then 'bypassrls' end, case when not r.rolinherit then 'noinherit' end,
  'connection limit ' || nullif(r.rolconnlimit, -1), 'valid until ' || r.rolvaliduntil)
from pg_roles r where r.rolname !~ '^pg_'
union all
select 'membership of ' || quote_ident(m.rolname) || ' in ' || quote_ident(g.rolname)
  || case when a.admin_option then ' with admin option' else '' end
from pg_auth_members a join pg_roles m on m.oid = a.member join pg_roles g on g.oid = a.roleid
where m.rolname !~ '^pg_' or m.rolname = 'pg_supasync_nobody'
union all
select concat_ws(' ', 'setting of', case s.setdatabase when 0 then 'role' else 'the database' end,
  quote_ident(r.rolname), split_part(o.option, '=', 1), md5(o.option))
from pg_db_role_setting s
left join pg_roles r on r.oid = s.setrole
cross join unnest(s.setconfig) o (option)
where s.setdatabase in (0, (select d.oid from pg_database d where d.datname = current_database()))
union all
select 'privilege on ' || c.oid::regclass::text || ' to ' || coalesce(quote_ident(g.rolname), 'public') || ': '
  || p.privilege_type
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
cross join aclexplode(c.relacl) p
left join pg_roles g on g.oid = p.grantee
where (n.nspname = any (current_setting('supasync.platform_schemas')::name[]) or exists (
    select from pg_depend e where e.classid = 'pg_namespace'::regclass and e.objid = n.oid and e.deptype = 'e'))
  and not (n.nspname = 'supasync' and c.relname ~ '^attic')
union all
select 'privilege on the database to ' || coalesce(quote_ident(g.rolname), 'public') || ': ' || p.privilege_type
from pg_database d
cross join aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) p
left join pg_roles g on g.oid = p.grantee
where d.datname = current_database()
