-- group: conversions
-- flags: --force --backfill default
-- before
create table public.mvd_sale (id int primary key, shop text, amount numeric);
create materialized view public.mvd_total as select shop, sum(amount) as total from public.mvd_sale group by shop;
create unique index mvd_total_shop on public.mvd_total (shop);
create materialized view public.mvd_empty as select count(*) as n from public.mvd_sale with no data;
create view public.mvd_top as select * from public.mvd_total where total > 5;
-- rows
insert into public.mvd_sale values (1, 'a', 10), (2, 'a', null), (3, null, 7), (4, '', 0.01), (5, 'b', -1);
refresh materialized view public.mvd_total;
-- after
create table public.mvd_sale (id int primary key, shop text);
