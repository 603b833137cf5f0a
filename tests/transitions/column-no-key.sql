-- group: columns
-- flags: --force --backfill default
-- before
create table public.cnk_reading (sensor int, value numeric, remark text);
-- rows
insert into public.cnk_reading values (1, 10, 'a'), (1, 10, 'b'), (1, 10, null), (1, 10, 'a'), (null, null, 'x'), (null, null, null), (null, null, 'y'), (2, 'NaN', ''), (2, 'NaN', 'z');
-- after
create table public.cnk_reading (sensor int, value numeric);
