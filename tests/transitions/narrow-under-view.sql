-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.nuv_person (id int primary key, name varchar(40), born timestamptz, seen text);
create view public.nuv_names as select id, name, born from public.nuv_person where name is not null;
create materialized view public.nuv_counted as select left(name, 1) as letter, count(*) as people from public.nuv_person group by 1;
create unique index nuv_letter on public.nuv_counted (letter);
-- rows
insert into public.nuv_person values (1, 'Annabel', '2000-01-01 12:34+00', 'x'), (2, null, null, null), (3, 'Bo', '1999-12-31 23:59:59+00', ''), (4, 'Anton', 'infinity', 'y'), (5, '', null, 'z');
refresh materialized view public.nuv_counted;
-- after
create table public.nuv_person (id int primary key, name varchar(4), born date);
create view public.nuv_names as select id, name, born from public.nuv_person where name is not null;
create materialized view public.nuv_counted as select left(name, 1) as letter, count(*) as people from public.nuv_person group by 1;
create unique index nuv_letter on public.nuv_counted (letter);
