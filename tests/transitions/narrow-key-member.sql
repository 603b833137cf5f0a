-- group: tables
-- flags: --force --backfill default
-- before
create table public.nkm_hall (house varchar(20), no numeric(6, 2), name text, primary key (house, no));
create table public.nkm_show (id int primary key, house varchar(20), no numeric(6, 2), foreign key (house, no) references public.nkm_hall (house, no));
-- rows
insert into public.nkm_hall values ('north', 1.25, 'a'), ('north', 2, null), ('south', 1.25, ''), ('x', 0, 'd'), ('', -1.5, 'e');
insert into public.nkm_show values (1, 'north', 1.25), (2, null, 5), (3, 'south', 1.25), (4, '', -1.5), (5, 'north', 2);
-- after
create table public.nkm_hall (house varchar(2), no numeric(6, 1), name text, primary key (house, no));
create table public.nkm_show (id int primary key, house varchar(2), no numeric(6, 1), foreign key (house, no) references public.nkm_hall (house, no));
