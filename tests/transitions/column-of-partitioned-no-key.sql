-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.cpn_hit (page text, at date, agent text) partition by list (page);
create table public.cpn_hit_home partition of public.cpn_hit for values in ('/');
create table public.cpn_hit_rest partition of public.cpn_hit default;
-- rows
insert into public.cpn_hit values ('/', '2024-01-01', 'a'), ('/', '2024-01-01', 'b'), ('/', '2024-01-01', null), ('/x', null, 'c'), ('/x', null, 'c'), (null, null, 'd'), (null, null, null);
-- after
create table public.cpn_hit (page text, at date) partition by list (page);
create table public.cpn_hit_home partition of public.cpn_hit for values in ('/');
create table public.cpn_hit_rest partition of public.cpn_hit default;
