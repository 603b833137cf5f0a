-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.nke_code (code varchar(20) primary key, name text);
create table public.nke_at (at timestamptz primary key, name text);
-- rows
insert into public.nke_code values ('abcdef', 'one'), ('abcxyz', null), ('abd', ''), ('', 'empty'), ('日本語です', 'j');
update public.nke_code set code = 'axcxyz' where code = 'abcxyz';
insert into public.nke_at values ('2024-01-01 12:34:56.789+00', 'a'), ('2024-01-02 00:00+00', null), ('2024-02-29 23:59:59.999999+00', ''), ('infinity', 'd');
-- after
create table public.nke_code (code varchar(3) primary key, name text);
create table public.nke_at (at date primary key, name text);
