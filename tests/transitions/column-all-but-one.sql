-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.cab_wide (a text, b int, c date, d boolean, only_one text);
-- rows
insert into public.cab_wide values ('x', 1, '2024-01-01', true, 'kept'), ('x', 1, '2024-01-01', true, 'kept'), (null, null, null, null, null), ('', 0, 'infinity', false, ''), ('y', 2, null, null, 'kept');
-- after
create table public.cab_wide (only_one text);
