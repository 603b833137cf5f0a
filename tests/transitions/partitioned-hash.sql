-- group: triggers-and-partitions
-- flags: --force --backfill default
-- before
create table public.pha_log (id int primary key, line text) partition by hash (id);
create table public.pha_log_0 partition of public.pha_log for values with (modulus 3, remainder 0);
create table public.pha_log_1 partition of public.pha_log for values with (modulus 3, remainder 1);
create table public.pha_log_2 partition of public.pha_log for values with (modulus 3, remainder 2);
-- rows
insert into public.pha_log select n, nullif('line ' || n, 'line 5') from generate_series(1, 20) n;
-- after
