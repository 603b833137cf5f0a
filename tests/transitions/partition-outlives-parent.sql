-- group: triggers-and-partitions
-- flags: --force --backfill default
-- before
create table public.pop_log (id int not null, at date not null, word text, primary key (id, at)) partition by range (at);
create table public.pop_log_20 partition of public.pop_log for values from ('2020-01-01') to ('2021-01-01');
create table public.pop_log_21 partition of public.pop_log for values from ('2021-01-01') to ('2022-01-01');
-- rows
insert into public.pop_log select n, date '2020-01-01' + n * 60, nullif('w' || n, 'w3') from generate_series(1, 11) n;
-- after
create table public.pop_log_20 (id int not null, at date not null, word text, primary key (id, at));
