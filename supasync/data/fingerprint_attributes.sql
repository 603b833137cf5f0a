-- The attributes of relations, columns and indexes that have a statement of their own, as
-- (kind, identity, definition) like fingerprint.sql, and only where they are not what a fresh object
-- has. `definition` is the value as the statement takes it.
with
member as materialized (select classid, objid from pg_depend where deptype = 'e'),
user_schema as materialized (
  select n.oid, quote_ident(n.nspname) as name
  from pg_namespace n
  where n.nspname !~ '^(pg_|_?timescaledb_)'
    and n.nspname <> all (current_setting('supasync.platform_schemas')::name[])
    and not exists (select from member m where m.classid = 'pg_namespace'::regclass and m.objid = n.oid)
),
rel as materialized (
  select c.*, s.name || '.' || quote_ident(c.relname) as name
  from pg_class c join user_schema s on s.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    and not exists (select from member m where m.classid = 'pg_class'::regclass and m.objid = c.oid)
),
attribute as materialized (
  select r.oid as relid, r.relkind, a.attnum, r.name || '.' || quote_ident(a.attname) as name, a.attstorage, t.typstorage,
    a.attcompression, coalesce(a.attstattarget, -1) as target, a.attoptions, a.atthasdef
  from rel r
  join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
  join pg_type t on t.oid = a.atttypid
  where r.relkind in ('r', 'p', 'm', 'f', 'v')
),
ind as materialized (
  select i.*, c.reloptions, n.name || '.' || quote_ident(c.relname) as name, r.name as table_name, r.relkind
  from pg_index i join rel r on r.oid = i.indrelid join pg_class c on c.oid = i.indexrelid join user_schema n on n.oid = c.relnamespace
),
storage (code, name) as (values ('p'::"char", 'plain'), ('m', 'main'), ('e', 'external'), ('x', 'extended'))
select 'persistence', name, 'unlogged' from rel where relpersistence = 'u'
union all
select 'table access method', r.name, quote_ident(a.amname)
from rel r join pg_am a on a.oid = r.relam where r.relkind in ('r', 'p', 'm') and a.amname <> 'heap'
union all
select 'row security', name, concat_ws(', ', case when relrowsecurity then 'enabled' end, case when relforcerowsecurity then 'forced' end)
from rel where relrowsecurity or relforcerowsecurity
union all
select 'replica identity', r.name, case r.relreplident when 'f' then 'full' when 'n' then 'nothing' else 'using index ' || coalesce((
    select quote_ident(c.relname) from pg_index i join pg_class c on c.oid = i.indexrelid where i.indrelid = r.oid and i.indisreplident), '(dropped)') end
from rel r where r.relkind in ('r', 'p', 'm') and r.relreplident <> 'd'
union all
select 'partition', r.name, 'of ' || h.inhparent::regclass::text || ' ' || pg_get_expr(r.relpartbound, r.oid)
from rel r join pg_inherits h on h.inhrelid = r.oid where r.relispartition
union all
select 'inheritance', r.name, string_agg(h.inhparent::regclass::text, ', ' order by h.inhseqno)
from rel r join pg_inherits h on h.inhrelid = r.oid where not r.relispartition group by r.name
union all
select case relkind when 'v' then 'view options' else 'table options' end, name, (select string_agg(o, ', ' order by o) from unnest(reloptions) o)
from rel where reloptions is not null
union all
select 'toast options', r.name, (select string_agg('toast.' || o, ', ' order by o) from unnest(t.reloptions) o)
from rel r join pg_class t on t.oid = r.reltoastrelid where t.reloptions is not null
union all
select 'cluster', i.table_name, quote_ident(c.relname) from ind i join pg_class c on c.oid = i.indexrelid where i.indisclustered
union all
select 'column storage', a.name, s.name || ' (default ' || d.name || ')'
from attribute a join storage s on s.code = a.attstorage join storage d on d.code = a.typstorage
where a.relkind in ('r', 'p', 'm') and a.attstorage <> a.typstorage
union all
select 'column compression', name, case attcompression when 'p' then 'pglz' else 'lz4' end from attribute where attcompression <> ''
union all
select 'column statistics', name, target::text from attribute where target <> -1
union all
select 'column options', name, (select string_agg(o, ', ' order by o) from unnest(attoptions) o) from attribute where attoptions is not null
union all
select 'view column default', a.name, pg_get_expr(d.adbin, d.adrelid)
from attribute a join pg_attrdef d on d.adrelid = a.relid and d.adnum = a.attnum where a.relkind = 'v' and a.atthasdef
union all
select 'index column statistics', i.name || ' column ' || a.attnum, coalesce(a.attstattarget, -1)::text
from ind i join pg_attribute a on a.attrelid = i.indexrelid where coalesce(a.attstattarget, -1) <> -1
union all
select 'index options', i.name, (select string_agg(o, ', ' order by o) from unnest(i.reloptions) o)
from ind i where i.reloptions is not null
  and exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x'))
union all
select 'statistics target', s.name || '.' || quote_ident(e.stxname), (to_jsonb(e) ->> 'stxstattarget')
from pg_statistic_ext e join user_schema s on s.oid = e.stxnamespace where coalesce((to_jsonb(e) ->> 'stxstattarget')::int, -1) <> -1
union all
select 'trigger state', t.name || '.' || quote_ident(g.tgname), case g.tgenabled when 'D' then 'disable' when 'A' then 'enable always' else 'enable replica' end
from pg_trigger g join rel t on t.oid = g.tgrelid
where not g.tgisinternal and g.tgenabled <> 'O' and g.tgparentid = 0
union all
select 'rule state', r.name || '.' || quote_ident(w.rulename), case w.ev_enabled when 'D' then 'disable' when 'A' then 'enable always' else 'enable replica' end
from pg_rewrite w join rel r on r.oid = w.ev_class where w.rulename <> '_RETURN' and w.ev_enabled <> 'O'
