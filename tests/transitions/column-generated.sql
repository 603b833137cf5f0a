-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.cge_line (id int primary key, price numeric, pieces int, total numeric generated always as (price * pieces) stored);
create index cge_total on public.cge_line (total);
-- rows
insert into public.cge_line values (1, 1.50, 2), (2, null, 5), (3, 0, 0), (4, -1, 7), (5, 1e10, 1);
-- after
create table public.cge_line (id int primary key, price numeric, pieces int);
-- since
insert into public.cge_line values (6, 3, 3);
update public.cge_line set price = 8 where id = 2;
