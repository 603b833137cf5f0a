-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.nai_misc (id int primary key, words varchar(20)[], prices numeric[], span interval, clock time, codes text[], bits varbit(12));
-- rows
insert into public.nai_misc values (1, '{abcdef,"x y",null}', '{1.25,2.999}', '1 day 02:03:04.56789', '12:34:56.789', '{00000000-0000-0000-0000-00000000000A}', b'101010'),
  (2, null, null, null, null, null, null), (3, '{}', '{}', '-1 mons 30:00:00.5', '24:00:00', '{}', b''), (4, '{""}', '{NaN,null}', '1 year', '00:00:00.000001', '{null}', b'1'), (5, '{abc}', '{0}', '0', '23:59:59.4', null, b'111111111111');
-- after
create table public.nai_misc (id int primary key, words varchar(3)[], prices numeric(8, 1)[], span interval(0), clock time(0), codes uuid[], bits varbit(12));
