-- Whether a table is there, and whether it may be taken for supasync's own, or the CLI's.
-- Functions of a view, or of a policy, run with the reader's rights: it is a table, and it and its schema belong to a
-- superuser, to the database's owner, or to a role that is a member of ours, which has these anyway.
-- Nothing of anybody's runs when supasync writes a row: it has no rule, and no function, operator or type but
-- PostgreSQL's own in defaults, conditions, indexes, policies and triggers, but for the one that refuses changes.
with
found as (
  select oid, relkind, relowner from pg_catalog.pg_class where oid = pg_catalog.to_regclass(%(table)s)
),
owner (oid) as (
  select nspowner from pg_catalog.pg_namespace where nspname = %(schema)s union select relowner from found
),
part (classid, objid) as (
  select 'pg_catalog.pg_class'::pg_catalog.regclass, oid from found
  union all
  select 'pg_catalog.pg_attrdef'::pg_catalog.regclass, a.oid from pg_catalog.pg_attrdef a join found f on f.oid = a.adrelid
  union all
  select 'pg_catalog.pg_constraint'::pg_catalog.regclass, c.oid
  from pg_catalog.pg_constraint c join found f on f.oid = c.conrelid
  union all
  select 'pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid from pg_catalog.pg_trigger t join found f on f.oid = t.tgrelid
  union all
  select 'pg_catalog.pg_policy'::pg_catalog.regclass, p.oid from pg_catalog.pg_policy p join found f on f.oid = p.polrelid
  union all
  select 'pg_catalog.pg_class'::pg_catalog.regclass, i.indexrelid from pg_catalog.pg_index i join found f on f.oid = i.indrelid
)
select exists (select from found),
  not exists (select from found where relkind <> 'r')
  and not exists (
    select from owner o join pg_catalog.pg_roles r on r.oid = o.oid
    where not r.rolsuper
      and r.oid <> (select datdba from pg_catalog.pg_database where datname = pg_catalog.current_database())
      and not pg_catalog.pg_has_role(r.oid, current_user, 'member'))
  and (%(schema)s <> 'supasync' or (
    not exists (select from pg_catalog.pg_rewrite w join found f on f.oid = w.ev_class)
    and not exists (
      select from part p join pg_catalog.pg_depend d on d.classid = p.classid and d.objid = p.objid
      where d.refclassid in ('pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_operator'::pg_catalog.regclass,
          'pg_catalog.pg_type'::pg_catalog.regclass, 'pg_catalog.pg_opclass'::pg_catalog.regclass)
        and d.refobjid is distinct from pg_catalog.to_regprocedure('supasync.refuse_change()'))))
