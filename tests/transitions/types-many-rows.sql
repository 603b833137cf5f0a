-- group: columns
-- flags: --force --backfill default
-- before
create table public.tmr_wide (id bigint generated always as identity primary key, a int, b text, c numeric(10, 2));
create table public.tmr_kept (id int primary key, a int, gone text);
-- rows
insert into public.tmr_wide (a, b, c) select n % 1000, case when n % 7 = 0 then null else md5(n::text) end, n / 3.0 from generate_series(1, 100000) n;
insert into public.tmr_kept select n, -n, case when n % 5 = 0 then null else 'v' || n end from generate_series(1, 20000) n;
-- after
create table public.tmr_kept (id int primary key, a int);
-- since
insert into public.tmr_kept values (20001, 5);
delete from public.tmr_kept where id between 100 and 199;
