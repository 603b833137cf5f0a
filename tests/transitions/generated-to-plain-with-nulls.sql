-- group: conversions
-- flags: --force --backfill default
-- before
create table public.gtp_line (id int primary key, price numeric, pieces int, total numeric generated always as (price * pieces) stored);
-- rows
insert into public.gtp_line (id, price, pieces) values (1, 1.5, 2), (2, 2, 2), (3, null, 1), (4, 0, 7), (5, -1, 1);
-- after
create table public.gtp_line (id int primary key, price numeric, pieces int, total numeric);
