-- group: triggers-and-partitions
-- flags: --force --backfill default
-- before
create table public.trs_secret (id int primary key, owner text, body text);
alter table public.trs_secret enable row level security;
alter table public.trs_secret force row level security;
create policy trs_own on public.trs_secret for select to authenticated using (owner = current_user);
create policy trs_none on public.trs_secret as restrictive for all to public using (false) with check (false);
-- rows
alter table public.trs_secret no force row level security;
insert into public.trs_secret values (1, 'authenticated', 'a'), (2, 'anon', null), (3, null, ''), (4, 'postgres', 'd'), (5, 'x', 'e');
alter table public.trs_secret force row level security;
-- after
