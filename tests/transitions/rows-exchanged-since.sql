-- title: Rows that came since stay, and rows that went since stay away
-- group: columns
-- flags: --force --backfill default
-- before
create table public.rxs_person (id int primary key, name varchar(50), note text);
-- rows
insert into public.rxs_person values (1, 'Annabel', 'a'), (2, 'Benjamin', null), (3, null, 'c'), (4, 'Di', 'd');
-- after
create table public.rxs_person (id int primary key, name varchar(50));
-- since
insert into public.rxs_person values (9, 'Zoe');
delete from public.rxs_person where id = 1;
