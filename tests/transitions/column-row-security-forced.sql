-- group: triggers-and-partitions
-- flags: --force --backfill default
-- before
create table public.crs_diary (id int primary key, owner text, entry text);
alter table public.crs_diary enable row level security;
alter table public.crs_diary force row level security;
create policy crs_own on public.crs_diary to authenticated using (owner = current_user);
-- rows
alter table public.crs_diary no force row level security;
insert into public.crs_diary values (1, 'anon', 'one'), (2, null, null), (3, 'postgres', ''), (4, 'x', 'four'), (5, 'y', null);
alter table public.crs_diary force row level security;
-- after
create table public.crs_diary (id int primary key, owner text);
alter table public.crs_diary enable row level security;
alter table public.crs_diary force row level security;
create policy crs_own on public.crs_diary to authenticated using (owner = current_user);
