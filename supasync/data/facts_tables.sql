-- The user tables and materialized views: schema, name, estimated rows (null when never analyzed), bytes.
select n.nspname, c.relname,
  case when c.relkind = 'p' then (
      select sum(l.reltuples)::bigint from pg_partition_tree(c.oid) p join pg_class l on l.oid = p.relid
      where p.isleaf and l.reltuples >= 0)
    when c.reltuples >= 0 then c.reltuples::bigint end,
  case when c.relkind = 'p' then (
      select coalesce(sum(pg_total_relation_size(p.relid)), 0)::bigint from pg_partition_tree(c.oid) p)
    else pg_total_relation_size(c.oid) end
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'm') and n.nspname !~ '^(pg_|_?timescaledb_)'
  and n.nspname <> all (current_setting('supasync.platform_schemas')::name[])
order by n.nspname, c.relname
