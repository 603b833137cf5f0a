-- title: A function that a computed column calls returns another type; a view and a policy read the column
-- group: functions
-- flags: --force
-- before
create function public.fru_twice(x int) returns int language sql immutable as $$ select x * 2 $$;
create table public.fru_note (id int primary key, n int, g bigint generated always as (public.fru_twice(n)) stored);
create view public.fru_shown as select id, g from public.fru_note;
create policy fru_read on public.fru_note for select using (g > 0);
-- rows
insert into public.fru_note (id, n) values (1, 5), (2, null);
-- after
create function public.fru_twice(x int) returns bigint language sql immutable as $$ select x * 2::bigint $$;
create table public.fru_note (id int primary key, n int, g bigint generated always as (public.fru_twice(n)) stored);
create view public.fru_shown as select id, g from public.fru_note;
create policy fru_read on public.fru_note for select using (g > 0);
