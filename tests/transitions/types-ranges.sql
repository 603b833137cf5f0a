-- group: columns
-- flags: --force --backfill default
-- before
create table public.tra_span (id int primary key, i int4range, t tstzrange, d daterange, n numrange, f int8range, im int4multirange, tm tsmultirange);
-- rows
insert into public.tra_span values (1, '[1,5)', '[2024-01-01 00:00+00,2024-02-01 00:00+02)', '[2024-01-01,2024-01-31]', '(1.5,2.50]', '[15,25]', '{[1,3),[5,9)}', '{[2024-01-01,2024-01-02)}'),
  (2, 'empty', 'empty', 'empty', 'empty', 'empty', '{}', '{}'), (3, null, null, null, null, null, null, null),
  (4, '(,)', '(,infinity]', '[,2024-01-01)', '[,]', '(,5)', '{(,)}', '{(,)}'), (5, '[7,7]', '["2024-01-01 12:00:00.000001+00",)', '[infinity,]', '[1e-20,1e20]', '[-9223372036854775808,]', '{[1,2),[2,3)}', null);
-- after
