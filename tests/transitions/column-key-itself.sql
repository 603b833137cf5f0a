-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.cki_tag (id int primary key, name text, colour text);
create table public.cki_number (id bigint generated always as identity primary key, name text);
-- rows
insert into public.cki_tag values (5, 'a', 'red'), (6, 'a', 'red'), (7, null, null), (8, 'b', ''), (9, null, null), (-1, '', null);
insert into public.cki_number (name) values ('x'), ('x'), (null), ('y'), (null);
-- after
create table public.cki_tag (name text, colour text);
create table public.cki_number (name text);
