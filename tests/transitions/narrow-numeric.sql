-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.nnu_price (id int primary key, amount numeric(10, 4), total numeric, rate numeric(6, 4) not null);
-- rows
insert into public.nnu_price values (1, 1.2345, 1.005, 0.1234), (2, null, null, 0), (3, -0.0001, 'NaN', -9.9999), (4, 123456.7891, 1e20, 1.5), (5, 0.95, 0.000000001, 99.9499), (6, 5, 100, 5);
-- after
create table public.nnu_price (id int primary key, amount numeric(10, 1), total numeric(24, 2), rate numeric(6, 1) not null);
