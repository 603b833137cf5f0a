-- group: columns
-- flags: --force --backfill default
-- before
create table public.tar_box (id int primary key, n int[], t text[], m int[][], d date[], j jsonb[], low int[]);
-- rows
insert into public.tar_box values (1, '{1,2,null}', '{"a b","",null,"NULL","\"q\"","c,d"}', '{{1,2},{3,4}}', '{2024-01-01,infinity}', array['{"a":1}', 'null', null]::jsonb[], '[0:2]={1,2,3}'),
  (2, '{}', '{}', '{}', '{}', '{}', '{}'), (3, null, null, null, null, null, null), (4, '{null}', '{null}', '{{null}}', '{null}', '{null}', '[-3:-3]={9}'),
  (5, '{2147483647,-2147483648}', array[e'back\\slash', e'new\nline', '{}'], '{{{1}},{{2}}}', null, null, null);
-- after
