-- group: tables
-- flags: --force --backfill default
-- before
create sequence public.tss_number as bigint start with 1000;
create table public.tss_kept (id bigint primary key default nextval('public.tss_number'), t text);
create table public.tss_gone (id bigint primary key default nextval('public.tss_number'), t text);
-- rows
insert into public.tss_kept (t) values ('a'), ('b'), (null);
insert into public.tss_gone (t) values ('c'), (null), ('e'), ('f');
insert into public.tss_kept (t) values ('g');
-- after
create sequence public.tss_number as bigint start with 1000;
create table public.tss_kept (id bigint primary key default nextval('public.tss_number'), t text);
-- since
insert into public.tss_kept (t) values ('since');
