-- group: begun
-- before
create table public.ibe_base (id int primary key, name text);
create table public.ibe_child (id int primary key, name text, extra int);
-- rows
insert into public.ibe_base values (1, 'base'), (2, null);
insert into public.ibe_child values (1, 'child', 30), (4, null, null), (5, '', 0);
-- after
create table public.ibe_base (id int primary key, name text);
create table public.ibe_child (extra int, primary key (id)) inherits (public.ibe_base);
