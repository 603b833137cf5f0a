-- group: tables
-- flags: --force --backfill default
-- before
create table public.tcl_user (id bigint generated always as identity primary key, name text);
create table public.tcl_profile (user_id bigint primary key references public.tcl_user (id) on delete cascade, bio text, tags text[] default '{}');
create table public.tcl_login (id bigserial primary key, user_id bigint not null references public.tcl_user (id), at timestamptz not null default now());
-- rows
insert into public.tcl_user (name) select 'user ' || n from generate_series(1, 8) n;
insert into public.tcl_profile select n, 'bio ' || n, array['t' || n, null] from generate_series(1, 5) n;
insert into public.tcl_profile (user_id) values (8);
insert into public.tcl_login (user_id, at) select n % 8 + 1, timestamptz '2024-01-01 00:00+00' + n * interval '1 minute' from generate_series(1, 15) n;
-- after
create table public.tcl_user (id bigint generated always as identity primary key, name text);
-- since
insert into public.tcl_user (name) values ('newcomer'), (null);
