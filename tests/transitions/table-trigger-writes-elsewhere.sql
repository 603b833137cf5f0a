-- group: triggers-and-partitions
-- flags: --force --backfill default
-- before
create table public.twe_log (id bigint generated always as identity primary key, what text, count int);
create table public.twe_order (id serial primary key, item text);
create function public.twe_note() returns trigger language plpgsql as $$
begin
  insert into public.twe_log (what, count) values (tg_op, (select count(*) from public.twe_order));
  return null;
end $$;
create trigger twe_after after insert or update or delete on public.twe_order for each row execute function public.twe_note();
create trigger twe_after_statement after insert on public.twe_order for each statement execute function public.twe_note();
-- rows
insert into public.twe_order (item) values ('bolt'), (null), ('nut');
insert into public.twe_order (item) values ('washer');
delete from public.twe_order where item = 'nut';
insert into public.twe_order (item) values ('screw'), ('');
-- after
create table public.twe_log (id bigint generated always as identity primary key, what text, count int);
