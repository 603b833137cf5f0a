-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.ckb_price (shop int, item int, day date, price numeric, primary key (shop, item, day));
-- rows
insert into public.ckb_price select s, i, date '2024-01-01' + s + i, nullif(s * i, 6) from generate_series(1, 3) s, generate_series(1, 4) i;
insert into public.ckb_price values (1, 1, '2024-02-01', 9), (1, 1, '2024-02-02', 10), (2, 2, '-infinity', null);
-- after
create table public.ckb_price (shop int, item int, price numeric);
