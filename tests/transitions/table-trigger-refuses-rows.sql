-- group: triggers-and-partitions
-- flags: --force --backfill default
-- before
create function public.trf_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'this table is closed';
end $$;
create table public.trf_archive (id int primary key, body text);
create trigger trf_closed before insert or update or delete on public.trf_archive for each row execute function public.trf_refuse();
create trigger trf_closed_whole before truncate on public.trf_archive for each statement execute function public.trf_refuse();
-- rows
alter table public.trf_archive disable trigger user;
insert into public.trf_archive select n, nullif('body ' || n, 'body 2') from generate_series(1, 8) n;
alter table public.trf_archive enable trigger user;
-- after
