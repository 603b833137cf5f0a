-- group: tables
-- flags: --force --backfill default
-- before
create table public.tem_empty (id bigint generated always as identity primary key, body text not null);
create table public.tem_no_columns ();
create table public.tem_advanced (id serial primary key);
-- rows
select nextval('public.tem_empty_id_seq');
select setval('public.tem_advanced_id_seq', 77);
-- after
