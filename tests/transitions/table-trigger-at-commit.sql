-- group: triggers-and-partitions
-- flags: --force --backfill default
-- before
create table public.tac_pair (id int primary key, other int);
create function public.tac_check() returns trigger language plpgsql as $$
begin
  if not exists (select from public.tac_pair p where p.id = new.other) then
    raise exception 'the other half of % is missing', new.id;
  end if;
  return null;
end $$;
create constraint trigger tac_whole after insert or update on public.tac_pair deferrable initially deferred
  for each row execute function public.tac_check();
-- rows
insert into public.tac_pair values (1, 2), (2, 1), (3, 3), (4, 3), (5, 1);
set constraints all immediate;
delete from public.tac_pair where id = 3;
-- after
