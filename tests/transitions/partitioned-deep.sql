-- group: triggers-and-partitions
-- flags: --force --backfill default
-- before
create table public.pde_fact (region text not null, at date not null, value int) partition by list (region);
create table public.pde_fact_eu partition of public.pde_fact for values in ('eu') partition by range (at);
create table public.pde_fact_eu_old partition of public.pde_fact_eu for values from (minvalue) to ('2024-01-01');
create table public.pde_fact_eu_new partition of public.pde_fact_eu for values from ('2024-01-01') to (maxvalue);
create table public.pde_fact_rest partition of public.pde_fact default;
-- rows
insert into public.pde_fact select (array['eu', 'us', 'eu', ''])[n % 4 + 1], date '2023-07-01' + n * 30, nullif(n, 3) from generate_series(1, 16) n;
insert into public.pde_fact select * from public.pde_fact limit 5;
-- after
