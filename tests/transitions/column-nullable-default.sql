-- group: columns
-- flags: --force --backfill default
-- before
create table public.cnu_task (id int primary key, state text default 'open', stamp timestamptz default now(), code uuid default gen_random_uuid());
-- rows
insert into public.cnu_task values (1, 'done', '2020-01-01', null), (2, null, null, null), (3, '', null, '00000000-0000-0000-0000-000000000000');
insert into public.cnu_task (id, stamp, code) values (4, '2024-01-01', null), (5, null, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
insert into public.cnu_task (id, state, stamp, code) values (6, null, null, null);
-- after
create table public.cnu_task (id int primary key);
