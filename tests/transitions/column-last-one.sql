-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.clo_single (value text);
-- rows
insert into public.clo_single values ('a'), ('a'), (null), (''), ('b');
-- after
create table public.clo_single ();
