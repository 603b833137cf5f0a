-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.nfl_point (id int primary key, x double precision, y double precision not null, n numeric);
-- rows
insert into public.nfl_point values (1, 0.1, 1.0 / 3, 0.1), (2, null, 1e38, null), (3, 'NaN', '-Infinity', 'NaN'), (4, 16777217, 1e-30, 12345678901234567890.123), (5, '-0', 123456789.123456789, 1e30);
-- after
create table public.nfl_point (id int primary key, x real, y real not null, n double precision);
