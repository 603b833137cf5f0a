-- group: triggers-and-partitions
-- flags: --force --backfill default
-- before
create table public.psp_call (at date not null, minutes int) partition by range (at);
create table public.psp_call_2024 partition of public.psp_call for values from ('2024-01-01') to ('2025-01-01');
-- rows
insert into public.psp_call select date '2024-01-15' + n * 30, n from generate_series(0, 11) n;
-- after
create table public.psp_call (at date not null, minutes int) partition by range (at);
create table public.psp_call_2024_first partition of public.psp_call for values from ('2024-01-01') to ('2024-07-01');
create table public.psp_call_2024_second partition of public.psp_call for values from ('2024-07-01') to ('2025-01-01');
