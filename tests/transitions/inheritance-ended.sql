-- group: tables
-- flags: --force --backfill default
-- before
create table public.ied_base (id int, name text);
create table public.ied_child (extra int) inherits (public.ied_base);
-- rows
insert into public.ied_base values (1, 'base'), (2, null), (2, null);
insert into public.ied_child values (3, 'child', 30), (4, null, null), (3, 'child', 30);
-- after
create table public.ied_base (id int, name text);
create table public.ied_child (id int, name text, extra int);
