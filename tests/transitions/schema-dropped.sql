-- group: conversions
-- flags: --force --backfill default
-- before
create schema shd_shop;
create type shd_shop.kind as enum ('a', 'b');
create sequence shd_shop.number start with 50;
create table shd_shop.item (id int primary key default nextval('shd_shop.number'), kind shd_shop.kind, name text);
create table shd_shop."Order" (id bigint generated always as identity primary key, item int references shd_shop.item (id), at date);
create table public.shd_kept (id int primary key, order_id bigint references shd_shop."Order" (id));
create view shd_shop.items as select name from shd_shop.item;
create function shd_shop.twice(n int) returns int language sql immutable as 'select n * 2';
-- rows
insert into shd_shop.item (kind, name) values ('a', 'x'), (null, null), ('b', ''), ('a', 'x');
insert into shd_shop."Order" (item, at) values (50, '2024-01-01'), (null, null), (53, 'infinity');
insert into public.shd_kept values (1, 1), (2, null), (3, 3);
-- after
create table public.shd_kept (id int primary key, order_id bigint);
