-- group: conversions
-- flags: --force --backfill default
-- before
create type public.evr_state as enum ('new', 'open', 'held', 'done');
create table public.evr_case (id int primary key, state public.evr_state not null, before public.evr_state, list public.evr_state[], gone text);
create index evr_case_state on public.evr_case (state);
-- rows
insert into public.evr_case values (1, 'new', null, '{new,done}', 'x'), (2, 'done', 'open', '{}', null), (3, 'open', 'new', null, ''), (4, 'open', null, '{null}', 'y'), (5, 'new', 'done', '{open}', 'z');
-- after
create type public.evr_state as enum ('new', 'open', 'done');
create table public.evr_case (id int primary key, state public.evr_state not null, before public.evr_state, list public.evr_state[]);
create index evr_case_state on public.evr_case (state);
