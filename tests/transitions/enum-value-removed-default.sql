-- group: tables
-- flags: --force --backfill default
-- before
create type public.evd_state as enum ('draft', 'live', 'old');
create table public.evd_page (id int primary key, state public.evd_state not null default 'draft', title text);
-- rows
insert into public.evd_page values (1, 'live', 'a'), (2, 'old', null), (3, 'live', ''), (4, 'old', 'd'), (5, 'live', 'e');
-- after
create type public.evd_state as enum ('live', 'old');
create table public.evd_page (id int primary key, state public.evd_state not null default 'live');
