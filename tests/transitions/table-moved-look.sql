-- group: conversions
-- flags: --force --backfill default
-- before
create schema tml_side;
create table public.tml_paper (id bigint generated always as identity primary key, title text not null);
-- rows
insert into public.tml_paper (title) select 'title ' || n from generate_series(1, 6) n;
-- after
create schema tml_side;
create table tml_side.tml_paper (id bigint generated always as identity primary key, title text not null);
