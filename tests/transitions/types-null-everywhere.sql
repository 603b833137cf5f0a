-- group: columns
-- flags: --force --backfill default
-- before
create type public.tnv_row as (a int, b text);
create table public.tnv_blank (a int default 1, b text default 'b', c public.tnv_row default row(1, 'x'), d jsonb default '{}', e text[] default '{}', f boolean default false, g timestamptz default now());
-- rows
insert into public.tnv_blank select null, null, null, null, null, null, null from generate_series(1, 6);
insert into public.tnv_blank (a, g) values (2, '2024-01-01 00:00+00');
-- after
