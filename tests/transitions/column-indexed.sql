-- group: columns
-- flags: --force --backfill default
-- before
create table public.cix_owner (id int primary key, name text);
create table public.cix_car (
  id int primary key, plate text, owner int references public.cix_owner (id) on delete set null, colour text, doors int,
  constraint cix_plate unique (plate), constraint cix_owned unique (owner, colour), constraint cix_doors check (doors between 1 and 9),
  constraint cix_mixed check (doors < 5 or colour is not null)
);
create index cix_colour on public.cix_car (lower(colour)) where doors > 2;
create index cix_both on public.cix_car (colour, doors desc nulls last);
-- rows
insert into public.cix_owner values (1, 'ann'), (2, null), (3, 'cy');
insert into public.cix_car values (1, 'A1', 1, 'red', 3), (2, null, null, null, 2), (3, null, 1, 'blue', 5), (4, '', 2, null, null), (5, 'E5', 3, '', 9), (6, 'F', 2, null, 1);
-- after
create table public.cix_owner (id int primary key, name text);
create table public.cix_car (id int primary key);
