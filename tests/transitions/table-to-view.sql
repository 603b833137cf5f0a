-- group: conversions
-- flags: --force --backfill default
-- before
create table public.ttv_source (id int primary key, name text, hidden boolean not null default false);
create table public.ttv_shown (id int, name text);
create table public.ttv_counted (hidden boolean, n bigint);
-- rows
insert into public.ttv_source values (1, 'a', false), (2, null, true), (3, '', false), (4, 'd', true), (5, 'e', false);
insert into public.ttv_shown values (1, 'old a'), (null, null), (9, 'nine'), (9, 'nine');
insert into public.ttv_counted values (true, 7), (null, null), (false, 0);
-- after
create table public.ttv_source (id int primary key, name text, hidden boolean not null default false);
create view public.ttv_shown as select id, name from public.ttv_source where not hidden;
create materialized view public.ttv_counted as select hidden, count(*) as n from public.ttv_source group by hidden;
