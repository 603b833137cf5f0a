-- group: narrowing
-- flags: --force --backfill default
-- before
create type public.cct_address as (street text, zip text);
create table public.cct_person (id int primary key, home public.cct_address, others public.cct_address[] default '{}');
-- rows
insert into public.cct_person values (1, row('a, b', '"1"'), array[row('x', null)::public.cct_address, null]), (2, null, null), (3, row(null, null), '{}'), (4, row('', ''), array[row(null, null)::public.cct_address]), (5, row('(', ')'), '{}');
-- after
create table public.cct_person (id int primary key);
