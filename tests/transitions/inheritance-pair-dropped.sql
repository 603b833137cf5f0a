-- group: triggers-and-partitions
-- flags: --force --backfill default
-- before
create table public.ipd_place (id int primary key, name text);
create table public.ipd_city (people int) inherits (public.ipd_place);
create table public.ipd_capital (since int) inherits (public.ipd_city);
-- rows
insert into public.ipd_place values (1, 'wood'), (2, null), (3, 'lake');
insert into public.ipd_city values (1, 'same id', 10), (4, 'Bergen', null), (4, 'Bergen', null);
insert into public.ipd_capital values (5, 'Oslo', 700000, 1299), (6, null, null, null);
-- after
