-- group: conversions
-- flags: --force --backfill default
-- before
create table public.gfp_line (id int primary key, price numeric, pieces int, total numeric, label text default 'none');
-- rows
insert into public.gfp_line values (1, 1.5, 2, 3.0, 'a'), (2, 2, 2, 5, null), (3, null, 1, 7, ''), (4, 1, 1, null, 'none'), (5, 0, 0, 0.00, 'x');
-- after
create table public.gfp_line (id int primary key, price numeric, pieces int, total numeric generated always as (price * pieces) stored, label text generated always as ('no ' || id) stored);
