-- group: tables
-- flags: --force --backfill default
-- before
create table public.tdf_list (id int primary key, rank int constraint tdf_rank unique deferrable initially deferred, name text);
create table public.tdf_entry (
  id int primary key, list int references public.tdf_list (id) deferrable initially deferred
);
-- rows
insert into public.tdf_list values (1, 3, 'c'), (2, 2, 'b'), (3, 1, 'a'), (4, null, null), (5, null, 'e');
update public.tdf_list set rank = 4 - rank where rank is not null;
insert into public.tdf_entry values (1, 1), (2, null), (3, 5), (4, 1);
-- after
