-- Where the columns of user tables are stored: oid of the table and number of the column, then schema, table and column.
select c.oid::bigint, a.attnum::int, n.nspname, c.relname, a.attname
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relkind in ('r', 'p') and n.nspname !~ '^(pg_|_?timescaledb_)'
  and n.nspname <> all (current_setting('supasync.platform_schemas')::name[])
