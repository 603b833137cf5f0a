-- group: tables
-- flags: --force --backfill default
-- before
create table public.tpk_country (code char(2) primary key, name text);
create table public.tpk_city (id int primary key, country char(2) references public.tpk_country (code), name text not null);
-- rows
insert into public.tpk_country values ('no', 'Norway'), ('pl', null), ('x', 'padded'), ('jp', '日本');
insert into public.tpk_city values (1, 'no', 'Oslo'), (2, 'pl', 'Łódź'), (3, null, 'nowhere'), (4, 'x', 'pad'), (5, 'jp', 'Kyoto');
-- after
create table public.tpk_city (id int primary key, country char(2), name text not null);
-- since
insert into public.tpk_city values (6, 'no', 'Bergen');
