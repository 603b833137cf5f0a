-- group: narrowing
-- flags: --force --backfill default
-- before
create function public.nut_refuse() returns trigger language plpgsql as $$ begin raise exception 'no updates'; end $$;
create function public.nut_touch() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  return new;
end $$;
create table public.nut_closed (id int primary key, word varchar(20));
create trigger nut_refuse before update on public.nut_closed for each row execute function public.nut_refuse();
create table public.nut_counted (id int primary key, version int not null default 0, price numeric(10, 4));
create trigger nut_touch before update on public.nut_counted for each row execute function public.nut_touch();
alter table public.nut_counted enable row level security;
alter table public.nut_counted force row level security;
-- rows
insert into public.nut_closed values (1, 'abcdef'), (2, null), (3, 'ab'), (4, ''), (5, 'abcxyz');
alter table public.nut_counted no force row level security;
insert into public.nut_counted (id, version, price) values (1, 0, 1.2345), (2, 5, null), (3, 9, 2.5), (4, 0, 0.0001), (5, 1, 7);
alter table public.nut_counted force row level security;
-- after
create function public.nut_refuse() returns trigger language plpgsql as $$ begin raise exception 'no updates'; end $$;
create function public.nut_touch() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  return new;
end $$;
create table public.nut_closed (id int primary key, word varchar(3));
create trigger nut_refuse before update on public.nut_closed for each row execute function public.nut_refuse();
create table public.nut_counted (id int primary key, version int not null default 0, price numeric(10, 1));
create trigger nut_touch before update on public.nut_counted for each row execute function public.nut_touch();
alter table public.nut_counted enable row level security;
alter table public.nut_counted force row level security;
