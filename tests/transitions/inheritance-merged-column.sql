-- group: tables
-- flags: --force --backfill default
-- before
create table public.imc_base (id int, name text);
create table public.imc_child (id int primary key, name text not null, extra int, gone text) inherits (public.imc_base);
-- rows
insert into public.imc_base values (1, 'base'), (2, null), (2, null);
insert into public.imc_child values (1, 'child', 30, 'x'), (4, '', null, null), (5, 'e', 0, ''), (6, 'f', -1, 'y');
-- after
create table public.imc_base (id int, name text);
create table public.imc_child (id int primary key, name text not null, extra int) inherits (public.imc_base);
