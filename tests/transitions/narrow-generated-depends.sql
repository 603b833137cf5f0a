-- group: tables
-- flags: --force --backfill default
-- before
create table public.ngd_line (id int primary key, price numeric(10, 4), pieces int, total numeric generated always as (price * pieces) stored);
-- rows
insert into public.ngd_line (id, price, pieces) values (1, 1.2345, 2), (2, null, 5), (3, 0.0500, 3), (4, -9.9999, 7), (5, 100, null);
-- after
create table public.ngd_line (id int primary key, price numeric(10, 1), pieces int, total numeric generated always as (price * pieces) stored);
