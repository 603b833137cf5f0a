-- group: conversions
-- flags: --force --backfill default
-- before
create sequence public.sqo_number increment by 1 minvalue 1 maxvalue 1000000;
create sequence public.sqo_start start with 5;
create sequence public.sqo_type as bigint;
create table public.sqo_row (id bigint primary key default nextval('public.sqo_number'), s bigint default nextval('public.sqo_start'), gone text);
-- rows
insert into public.sqo_row (gone) values ('a'), (null), ('c'), (''), ('e');
select setval('public.sqo_number', 700);
select setval('public.sqo_type', 900, false);
-- after
create sequence public.sqo_number increment by 10 minvalue 1 maxvalue 5000000 cycle;
create sequence public.sqo_start start with 50;
create sequence public.sqo_type as int;
create table public.sqo_row (id bigint primary key default nextval('public.sqo_number'), s bigint default nextval('public.sqo_start'));
