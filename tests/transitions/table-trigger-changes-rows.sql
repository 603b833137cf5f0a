-- group: triggers-and-partitions
-- flags: --force --backfill default
-- before
create function public.tch_stamp() returns trigger language plpgsql as $$
begin
  new.name := upper(new.name);
  new.changed := '2000-01-01';
  return new;
end $$;
create table public.tch_page (id int primary key, name text, changed timestamptz);
create trigger tch_before before insert or update on public.tch_page for each row execute function public.tch_stamp();
-- rows
alter table public.tch_page disable trigger user;
insert into public.tch_page values (1, 'lower', '2024-05-05'), (2, null, null), (3, 'Mixed Case', '2024-06-06'), (4, '', null), (5, 'x', 'infinity');
alter table public.tch_page enable trigger user;
-- after
