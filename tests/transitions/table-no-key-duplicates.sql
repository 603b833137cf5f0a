-- group: tables
-- flags: --force --backfill default
-- before
create table public.tnd_reading (sensor int, value double precision, note text);
-- rows
insert into public.tnd_reading select 1, 20.5, 'same' from generate_series(1, 4);
insert into public.tnd_reading values (null, null, null), (null, null, null), (null, null, null), (2, 'NaN', ''), (2, 'NaN', null), (2, '-Infinity', 'x');
-- after
