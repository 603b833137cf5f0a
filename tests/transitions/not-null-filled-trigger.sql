-- group: conversions
-- flags: --force --backfill default
-- before
create function public.nnt_touch() returns trigger language plpgsql as $$
begin
  new.version := coalesce(new.version, 0) + 100;
  return new;
end $$;
create table public.nnt_page (id int primary key, state text, version int);
create trigger nnt_touch before update on public.nnt_page for each row execute function public.nnt_touch();
-- rows
insert into public.nnt_page values (1, 'live', 1), (2, null, 2), (3, null, null), (4, '', 4), (5, 'old', null);
-- after
create function public.nnt_touch() returns trigger language plpgsql as $$
begin
  new.version := coalesce(new.version, 0) + 100;
  return new;
end $$;
create table public.nnt_page (id int primary key, state text not null default 'draft', version int);
create trigger nnt_touch before update on public.nnt_page for each row execute function public.nnt_touch();
