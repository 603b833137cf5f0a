-- title: A value that somebody edited since is not overwritten
-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.ves_person (id int primary key, name varchar(50), note text);
-- rows
insert into public.ves_person values (1, 'Annabel', 'a'), (2, 'Benjamin', null), (3, null, 'c'), (4, 'Di', 'd');
-- after
create table public.ves_person (id int primary key, name varchar(3), note text);
-- since
update public.ves_person set name = 'new' where id = 1;
update public.ves_person set name = 'Cy' where id = 3;
update public.ves_person set note = 'edited' where id = 2;
insert into public.ves_person values (9, 'Zoe', null);
