-- The columns of user tables: schema, table, name, type, default, whether it is generated, and the
-- domain, enum or composite type that it (or each of its elements) has.
select n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), pg_get_expr(d.adbin, d.adrelid),
  a.attgenerated <> '', tn.nspname, t.typname
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
join pg_type own on own.oid = a.atttypid
left join pg_type t on t.oid = case when own.typcategory = 'A' then own.typelem else own.oid end and t.typtype in ('d', 'e', 'c')
left join pg_namespace tn on tn.oid = t.typnamespace
where c.relkind in ('r', 'p', 'f', 'm') and n.nspname !~ '^(pg_|_?timescaledb_)'
  and n.nspname <> all (current_setting('supasync.platform_schemas')::name[])
order by n.nspname, c.relname, a.attnum
