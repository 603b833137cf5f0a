-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.ntd_visit (id int primary key, at timestamptz, local timestamp not null, precise timestamptz);
-- rows
insert into public.ntd_visit values (1, '2024-02-29 23:59:59.999999+00', '2024-02-29 12:34:56.789', '2024-01-01 00:00:00.123456+00'), (2, null, '1999-12-31 00:00:00', null), (3, 'infinity', '-infinity', '-infinity'), (4, '2024-01-01 00:00+00', '2024-01-01', '2024-01-01 00:00:00.9999999+00'), (5, '0044-03-15 10:00+00 BC', '0044-03-15 10:00 BC', '2024-06-01 12:00+00');
-- after
create table public.ntd_visit (id int primary key, at date, local date not null, precise timestamptz(0));
