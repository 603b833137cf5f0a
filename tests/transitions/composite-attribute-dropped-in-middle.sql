-- title: A composite type in use loses an attribute that others follow
-- expect: refused
-- flags: --force
-- reason: order
-- object: public.place
-- note: In the rollback the attribute could only come last.
-- before
create type public.place as (street text, number int, town text);
create table public.homes (id int primary key, at public.place);
-- rows
insert into public.homes values (1, row('a', 2, 'b'));
-- after
create type public.place as (street text, town text);
create table public.homes (id int primary key, at public.place);
