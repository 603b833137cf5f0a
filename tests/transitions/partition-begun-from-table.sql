-- group: triggers-and-partitions
-- flags: --force --backfill default
-- before
create table public.pbt_log_20 (id int not null, at date not null, word text, primary key (id, at));
-- rows
insert into public.pbt_log_20 select n, date '2020-01-01' + n * 30, nullif('w' || n, 'w3') from generate_series(1, 11) n;
-- after
create table public.pbt_log (id int not null, at date not null, word text, primary key (id, at)) partition by range (at);
create table public.pbt_log_20 partition of public.pbt_log for values from ('2020-01-01') to ('2021-01-01');
