-- group: conversions
-- flags: --force --backfill default
-- before
create sequence public.sqd_invoice start with 1000 increment by 3 cache 5;
create sequence public.sqd_never as smallint minvalue -5 maxvalue 5 cycle;
create sequence public.sqd_down increment by -2 start with -10;
create table public.sqd_used (number bigint primary key default nextval('public.sqd_invoice'), t text);
-- rows
insert into public.sqd_used (t) values ('a'), (null), ('c');
select setval('public.sqd_invoice', 5000);
select nextval('public.sqd_down'), nextval('public.sqd_down'), nextval('public.sqd_down');
-- after
create table public.sqd_used (number bigint primary key, t text);
