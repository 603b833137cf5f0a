-- What the extensions named in %(names)s consist of: one row (extension, kind, description) for each member.
--
-- A type is the pair of its schema and name, that of an array the pair of its elements' with '[]'. Read by adapters/shadow/read_stand_ins.py with an empty search_path;
-- core/catalog/stand_in.py writes statements from it. Expressions, bodies and texts of types are not read: nothing of
-- an extension's code is to run anywhere else.
with
member as materialized (
  select e.extname::text as extension, d.classid, d.objid
  from pg_extension e
  join pg_depend d on d.refclassid = 'pg_extension'::regclass and d.refobjid = e.oid
  where d.deptype = 'e' and e.extname = any (%(names)s)
),
named (oid, name) as not materialized (
  select t.oid, jsonb_build_array(n.nspname, coalesce(e.typname, t.typname))
    || case when e.oid is null then '[]' else '["[]"]'::jsonb end
  from pg_type t
  left join pg_type e on e.typarray = t.oid
  join pg_namespace n on n.oid = coalesce(e.typnamespace, t.typnamespace)
),
routine (oid, name, arguments) as not materialized (
  select p.oid, jsonb_build_array(n.nspname, p.proname), (
    select coalesce(jsonb_agg(t.name order by a.place), '[]')
    from unnest(p.proargtypes) with ordinality a (type, place) join named t on t.oid = a.type)
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
)
select m.extension, 'schema' as kind, jsonb_build_object('name', n.nspname) as description
from member m join pg_namespace n on n.oid = m.objid
where m.classid = 'pg_namespace'::regclass
union all
select m.extension, case t.typtype when 'b' then 'base type' when 'c' then 'composite type' when 'd' then 'domain'
    when 'e' then 'enum' when 'r' then 'range' end,
  jsonb_build_object(
    'name', named.name, 'category', t.typcategory::text, 'preferred', t.typispreferred, 'delimiter', t.typdelim::text,
    'collatable', t.typcollation <> 0, 'not null', t.typnotnull,
    'input', i.name, 'input arguments', i.arguments, 'output', o.name,
    'modifier input', mi.name, 'modifier output', mo.name,
    'base', (select b.name from named b where b.oid = t.typbasetype),
    'subtype', (select s.name from pg_range r join named s on s.oid = r.rngsubtype where r.rngtypid = t.oid),
    'multirange', (select s.name from pg_range r join named s on s.oid = r.rngmultitypid where r.rngtypid = t.oid),
    'labels', (select coalesce(jsonb_agg(l.enumlabel order by l.enumsortorder), '[]')
      from pg_enum l where l.enumtypid = t.oid),
    'columns', (select coalesce(jsonb_agg(jsonb_build_array(a.attname, c.name)
        order by a.attnum), '[]')
      from pg_attribute a join named c on c.oid = a.atttypid
      where a.attrelid = t.typrelid and t.typrelid <> 0 and a.attnum > 0 and not a.attisdropped))
from member m
join pg_type t on t.oid = m.objid and m.classid = 'pg_type'::regclass
join named on named.oid = t.oid
left join pg_class k on k.oid = t.typrelid
left join routine i on i.oid = t.typinput
left join routine o on o.oid = t.typoutput
left join routine mi on mi.oid = t.typmodin
left join routine mo on mo.oid = t.typmodout
where t.typtype in ('b', 'c', 'd', 'e', 'r') and t.typelem = 0 and coalesce(k.relkind, 'c') = 'c'
union all
select m.extension, 'routine', jsonb_build_object(
    'name', routine.name, 'kind', p.prokind::text, 'arguments', routine.arguments,
    'all', (select jsonb_agg(t.name order by a.place)
      from unnest(p.proallargtypes) with ordinality a (type, place) join named t on t.oid = a.type),
    'modes', (select jsonb_agg(a.mode::text order by a.place)
      from unnest(p.proargmodes) with ordinality a (mode, place)),
    'names', to_jsonb(p.proargnames), 'defaults', p.pronargdefaults,
    'returns', (select t.name from named t where t.oid = p.prorettype), 'set', p.proretset,
    'volatility', p.provolatile::text, 'parallel', p.proparallel::text, 'variadic', p.provariadic <> 0,
    'pseudo', exists (select from named t where t.oid = any (p.proargtypes::oid[] || p.prorettype)
      and t.name in ('["pg_catalog", "internal"]', '["pg_catalog", "cstring"]', '["pg_catalog", "cstring", "[]"]',
        '["pg_catalog", "index_am_handler"]', '["pg_catalog", "table_am_handler"]', '["pg_catalog", "fdw_handler"]',
        '["pg_catalog", "tsm_handler"]', '["pg_catalog", "language_handler"]')),
    'of aggregate', (select jsonb_build_object(
        'kind', g.aggkind::text, 'direct', g.aggnumdirectargs, 'step', s.name,
        'state', (select t.name from named t where t.oid = g.aggtranstype),
        'final', f.name, 'extra', g.aggfinalextra)
      from pg_aggregate g
      left join routine s on s.oid = g.aggtransfn
      left join routine f on f.oid = g.aggfinalfn
      where g.aggfnoid = p.oid))
from member m
join pg_proc p on p.oid = m.objid and m.classid = 'pg_proc'::regclass
join routine on routine.oid = p.oid
where not exists (select from pg_depend d where d.classid = m.classid and d.objid = p.oid and d.deptype = 'i')
union all
select m.extension, 'operator', jsonb_build_object(
    'name', jsonb_build_array(n.nspname, o.oprname),
    'left', (select t.name from named t where t.oid = o.oprleft),
    'right', (select t.name from named t where t.oid = o.oprright), 'function', f.name,
    'commutator', (select jsonb_build_array(cn.nspname, c.oprname) from pg_operator c
      join pg_namespace cn on cn.oid = c.oprnamespace where c.oid = o.oprcom),
    'negator', (select jsonb_build_array(cn.nspname, c.oprname) from pg_operator c
      join pg_namespace cn on cn.oid = c.oprnamespace where c.oid = o.oprnegate),
    'hashes', o.oprcanhash, 'merges', o.oprcanmerge)
from member m
join pg_operator o on o.oid = m.objid and m.classid = 'pg_operator'::regclass
join pg_namespace n on n.oid = o.oprnamespace
join routine f on f.oid = o.oprcode
union all
select m.extension, 'cast', jsonb_build_object(
    'source', s.name, 'target', t.name, 'context', c.castcontext::text, 'method', c.castmethod::text,
    'function', f.name, 'arguments', f.arguments)
from member m
join pg_cast c on c.oid = m.objid and m.classid = 'pg_cast'::regclass
join named s on s.oid = c.castsource
join named t on t.oid = c.casttarget
left join routine f on f.oid = c.castfunc
where not exists (select from pg_depend d where d.classid = m.classid and d.objid = c.oid and d.deptype = 'i')
union all
select m.extension, 'access method', jsonb_build_object('name', a.amname, 'kind', a.amtype::text)
from member m join pg_am a on a.oid = m.objid and m.classid = 'pg_am'::regclass
union all
select m.extension, 'operator family', jsonb_build_object(
    'name', jsonb_build_array(n.nspname, f.opfname), 'method', a.amname)
from member m
join pg_opfamily f on f.oid = m.objid and m.classid = 'pg_opfamily'::regclass
join pg_namespace n on n.oid = f.opfnamespace
join pg_am a on a.oid = f.opfmethod
union all
select m.extension, 'operator class', jsonb_build_object(
    'name', jsonb_build_array(n.nspname, c.opcname), 'method', a.amname, 'type', t.name,
    'default', c.opcdefault, 'family', jsonb_build_array(fn.nspname, f.opfname),
    'storage', (select k.name from named k where k.oid = c.opckeytype),
    'operators', (select coalesce(jsonb_agg(jsonb_build_object(
        'number', p.amopstrategy, 'name', jsonb_build_array(onsp.nspname, o.oprname),
        'left', l.name, 'right', r.name,
        'sort', (select jsonb_build_array(sn.nspname, s.opfname) from pg_opfamily s
          join pg_namespace sn on sn.oid = s.opfnamespace where s.oid = p.amopsortfamily))
        order by p.amopstrategy), '[]')
      from pg_amop p
      join pg_operator o on o.oid = p.amopopr
      join pg_namespace onsp on onsp.oid = o.oprnamespace
      join named l on l.oid = p.amoplefttype
      join named r on r.oid = p.amoprighttype
      where p.amopfamily = c.opcfamily and p.amoplefttype = c.opcintype and p.amoprighttype = c.opcintype),
    'functions', (select coalesce(jsonb_agg(jsonb_build_object(
        'number', p.amprocnum, 'name', f.name, 'arguments', f.arguments) order by p.amprocnum), '[]')
      from pg_amproc p
      join routine f on f.oid = p.amproc
      where p.amprocfamily = c.opcfamily and p.amproclefttype = c.opcintype and p.amprocrighttype = c.opcintype))
from member m
join pg_opclass c on c.oid = m.objid and m.classid = 'pg_opclass'::regclass
join pg_namespace n on n.oid = c.opcnamespace
join pg_am a on a.oid = c.opcmethod
join named t on t.oid = c.opcintype
join pg_opfamily f on f.oid = c.opcfamily
join pg_namespace fn on fn.oid = f.opfnamespace
union all
select m.extension, 'relation', jsonb_build_object(
    'name', jsonb_build_array(n.nspname, c.relname), 'kind', c.relkind::text,
    'columns', (select coalesce(jsonb_agg(jsonb_build_array(a.attname, t.name, a.attnotnull)
        order by a.attnum), '[]')
      from pg_attribute a join named t on t.oid = a.atttypid
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
    'keys', (select coalesce(jsonb_agg(jsonb_build_object('kind', k.contype::text, 'columns', (
          select jsonb_agg(a.attname order by u.place)
          from unnest(k.conkey) with ordinality u (number, place)
          join pg_attribute a on a.attrelid = c.oid and a.attnum = u.number)) order by k.conname), '[]')
      from pg_constraint k where k.conrelid = c.oid and k.contype in ('p', 'u')),
    'rights', (select coalesce(jsonb_agg(r.word), '[]')
      from (values ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE')) r (word)
      where c.relkind <> 'S' and has_table_privilege(c.oid, r.word)))
from member m
join pg_class c on c.oid = m.objid and m.classid = 'pg_class'::regclass
join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
union all
select m.extension, 'language', jsonb_build_object('name', l.lanname, 'trusted', l.lanpltrusted)
from member m
join pg_language l on l.oid = m.objid and m.classid = 'pg_language'::regclass
union all
select m.extension, 'foreign data wrapper', jsonb_build_object('name', w.fdwname)
from member m
join pg_foreign_data_wrapper w
  on w.oid = m.objid and m.classid = 'pg_foreign_data_wrapper'::regclass
union all
select m.extension, 'text search template',
  jsonb_build_object('name', jsonb_build_array(n.nspname, t.tmplname))
from member m
join pg_ts_template t on t.oid = m.objid and m.classid = 'pg_ts_template'::regclass
join pg_namespace n on n.oid = t.tmplnamespace
union all
select m.extension, 'text search parser',
  jsonb_build_object('name', jsonb_build_array(n.nspname, t.prsname))
from member m
join pg_ts_parser t on t.oid = m.objid and m.classid = 'pg_ts_parser'::regclass
join pg_namespace n on n.oid = t.prsnamespace
union all
select m.extension, 'text search dictionary',
  jsonb_build_object('name', jsonb_build_array(n.nspname, t.dictname))
from member m
join pg_ts_dict t on t.oid = m.objid and m.classid = 'pg_ts_dict'::regclass
join pg_namespace n on n.oid = t.dictnamespace
union all
select m.extension, 'text search configuration', jsonb_build_object(
    'name', jsonb_build_array(n.nspname, t.cfgname), 'parser', jsonb_build_array(pn.nspname, p.prsname),
    'mappings', (select coalesce(jsonb_agg(jsonb_build_array(k.maptokentype, jsonb_build_array(dn.nspname, d.dictname))
        order by k.maptokentype, k.mapseqno), '[]')
      from pg_ts_config_map k
      join pg_ts_dict d on d.oid = k.mapdict
      join pg_namespace dn on dn.oid = d.dictnamespace
      where k.mapcfg = t.oid))
from member m
join pg_ts_config t on t.oid = m.objid and m.classid = 'pg_ts_config'::regclass
join pg_namespace n on n.oid = t.cfgnamespace
join pg_ts_parser p on p.oid = t.cfgparser
join pg_namespace pn on pn.oid = p.prsnamespace
order by 1, 2, 3
