-- group: columns
-- flags: --force --backfill default
-- before
create type public.cen_level as enum ('low', 'mid', 'HIGH end');
create table public.cen_alarm (id int primary key, level public.cen_level not null, old public.cen_level default 'mid', levels public.cen_level[]);
-- rows
insert into public.cen_alarm values (1, 'low', null, '{low,"HIGH end"}'), (2, 'HIGH end', 'HIGH end', null), (3, 'mid', 'mid', '{}'), (4, 'mid', null, '{null}'), (5, 'low', 'low', '{mid}');
-- after
create table public.cen_alarm (id int primary key);
