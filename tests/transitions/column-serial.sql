-- group: columns
-- flags: --force --backfill default
-- before
create table public.cse_log (at int primary key, number serial, big bigserial unique, line text);
-- rows
insert into public.cse_log (at, line) select n, nullif('line ' || n, 'line 4') from generate_series(1, 8) n;
delete from public.cse_log where at = 1;
select setval('public.cse_log_number_seq', 300, false);
-- after
create table public.cse_log (at int primary key, line text);
