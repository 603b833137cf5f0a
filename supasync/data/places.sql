-- Where the columns of user tables are stored: oid of the table, number of the column, number of the table's file and
-- the column's type, then schema, table and column.
select c.oid::bigint, a.attnum::int, coalesce(pg_relation_filenode(c.oid), 0)::bigint,
  format_type(a.atttypid, a.atttypmod), n.nspname, c.relname, a.attname
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relkind in ('r', 'p') and n.nspname !~ '^(pg_|_?timescaledb_)'
  and n.nspname <> all (current_setting('supasync.platform_schemas')::name[])
