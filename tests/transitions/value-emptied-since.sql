-- title: A value that somebody set to NULL since stays NULL
-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.vns_person (id int primary key, name varchar(50), note text);
-- rows
insert into public.vns_person values (1, 'Annabel', 'a'), (2, 'Benjamin', null), (3, null, 'c'), (4, 'Di', 'd');
-- after
create table public.vns_person (id int primary key, name varchar(3), note text);
-- since
update public.vns_person set name = null where id = 1;
