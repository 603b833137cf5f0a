-- group: tables
-- flags: --force --backfill default
-- before
create table public.tia_order (id bigint generated always as identity primary key, buyer text, total numeric(10, 2) not null);
-- rows
insert into public.tia_order (buyer, total) select 'buyer ' || n, n * 1.25 from generate_series(1, 12) n;
delete from public.tia_order where id in (3, 12);
select nextval('public.tia_order_id_seq') from generate_series(1, 30);
-- after
create table public.tia_other (id int);
