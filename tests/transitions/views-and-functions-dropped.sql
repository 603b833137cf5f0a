-- group: conversions
-- flags: --force --backfill default
-- before
create table public.vfd_base (id int primary key, name text, gone text);
create function public.vfd_slug(t text) returns text language sql immutable as $$ select lower(replace(t, ' ', '-')) $$;
create view public.vfd_first as select id, name, public.vfd_slug(name) as slug from public.vfd_base;
create view public.vfd_second as select slug, count(*) as n from public.vfd_first group by slug;
create index vfd_slug_index on public.vfd_base (public.vfd_slug(gone));
create function public.vfd_rows() returns setof public.vfd_base language sql stable as $$ select * from public.vfd_base $$;
-- rows
insert into public.vfd_base values (1, 'A B', 'C D'), (2, null, null), (3, '', ''), (4, 'x', 'Y'), (5, 'A B', 'C D');
-- after
create table public.vfd_base (id int primary key, name text);
