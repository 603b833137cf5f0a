-- group: conversions
-- flags: --force --backfill default
-- before
create table public.trl_client (id int primary key, name text);
create table public.trl_bill (id int primary key, client int not null references public.trl_client (id));
-- rows
insert into public.trl_client values (1, 'ann'), (2, null), (3, ''), (4, 'dan'), (5, 'ann');
insert into public.trl_bill values (10, 1), (11, 1), (12, 3), (13, 5), (14, 4);
-- after
create table public.trl_customer (id int primary key, name text);
create table public.trl_bill (id int primary key, client int not null);
