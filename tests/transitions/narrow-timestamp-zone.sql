-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.ntz_log (id int primary key, at timestamp, due timestamptz not null);
-- rows
insert into public.ntz_log values (1, '2024-03-31 02:30:00', '2024-03-31 02:30:00+02'), (2, null, 'infinity'), (3, '-infinity', '-infinity'), (4, '2024-01-01', '2024-01-01 00:00:00.000001-11'), (5, '1850-01-01 12:00', '1850-01-01 12:00+00');
-- after
create table public.ntz_log (id int primary key, at timestamptz, due timestamp not null);
