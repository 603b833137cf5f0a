-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.ndi_measure (id int primary key, value double precision, small real, n numeric);
-- rows
insert into public.ndi_measure values (1, 1.5, 2.5, 0.5), (2, null, null, null), (3, -2.5, -0.4, -1e9), (4, 1e9 + 0.25, 1e6, 2147483646.9), (5, '-0', '-0', 0.00), (6, 4, 4, 4);
-- after
create table public.ndi_measure (id int primary key, value int, small int, n bigint);
