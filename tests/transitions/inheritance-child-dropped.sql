-- group: triggers-and-partitions
-- flags: --force --backfill default
-- before
create table public.icd_person (id int primary key, name text);
create table public.icd_worker (wage numeric, primary key (id)) inherits (public.icd_person);
-- rows
insert into public.icd_person values (1, 'ann'), (2, null), (3, 'cy');
insert into public.icd_worker values (3, 'cy as a worker', 10.50), (4, 'dan', null), (5, null, 0), (6, '', 1e6);
-- after
create table public.icd_person (id int primary key, name text);
