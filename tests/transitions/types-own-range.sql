-- group: tables
-- flags: --force --backfill default
-- before
create type public.twr_float as range (subtype = float8, subtype_diff = float8mi);
create table public.twr_span (id int primary key, f public.twr_float, m public.twr_float_multirange, list public.twr_float[]);
-- rows
insert into public.twr_span values (1, '[1.5,2.5]', '{[1,2),[3,4]}', '{"[1,2]",null}'), (2, 'empty', '{}', '{}'), (3, null, null, null),
  (4, '(,5)', '{(,)}', '{empty}'), (5, '[-Infinity,NaN]', '{[1e-20,1e20]}', '{"(,)"}');
-- after
