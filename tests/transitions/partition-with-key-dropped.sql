-- group: triggers-and-partitions
-- flags: --force --backfill default
-- before
create table public.pdr_metric (at date not null, value int, primary key (at)) partition by range (at);
create table public.pdr_metric_old partition of public.pdr_metric for values from ('2020-01-01') to ('2023-01-01');
create table public.pdr_metric_new partition of public.pdr_metric for values from ('2023-01-01') to ('2030-01-01');
-- rows
insert into public.pdr_metric select date '2021-01-01' + n * 100, nullif(n, 4) from generate_series(0, 14) n;
-- after
create table public.pdr_metric (at date not null, value int, primary key (at)) partition by range (at);
create table public.pdr_metric_new partition of public.pdr_metric for values from ('2023-01-01') to ('2030-01-01');
-- since
insert into public.pdr_metric values ('2029-01-01', 77);
update public.pdr_metric set value = -1 where at = '2029-01-01';
