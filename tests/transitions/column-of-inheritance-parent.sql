-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.coi_animal (id int primary key, name text, legs int default 4);
create table public.coi_dog (breed text, primary key (id)) inherits (public.coi_animal);
create table public.coi_pup (age int, primary key (id)) inherits (public.coi_dog);
-- rows
insert into public.coi_animal values (1, 'spider', 8), (2, null, null), (3, 'cat', 4);
insert into public.coi_dog values (1, 'same id', 4, 'husky'), (4, 'rex', 3, null), (5, null, null, '');
insert into public.coi_pup values (4, 'small rex', 5, 'mix', 1), (6, '', 0, null, null);
-- after
create table public.coi_animal (id int primary key, name text);
create table public.coi_dog (breed text, primary key (id)) inherits (public.coi_animal);
create table public.coi_pup (age int, primary key (id)) inherits (public.coi_dog);
