-- group: triggers-and-partitions
-- flags: --force --backfill default
-- before
create function public.cut_touch() returns trigger language plpgsql as $$
begin
  new.touched := coalesce(new.touched, 0) + 1;
  return new;
end $$;
create function public.cut_refuse() returns trigger language plpgsql as $$ begin raise exception 'no updates'; end $$;
create table public.cut_account (id int primary key, mail text, touched int);
create trigger cut_touch before update on public.cut_account for each row execute function public.cut_touch();
create table public.cut_closed (id int primary key, mail text, n int not null);
create trigger cut_refuse before update on public.cut_closed for each row execute function public.cut_refuse();
-- rows
insert into public.cut_account select n, nullif('m' || n, 'm2'), nullif(n, 3) from generate_series(1, 7) n;
insert into public.cut_closed select n, nullif('m' || n, 'm2'), n * n from generate_series(1, 7) n;
-- after
create function public.cut_touch() returns trigger language plpgsql as $$
begin
  new.touched := coalesce(new.touched, 0) + 1;
  return new;
end $$;
create function public.cut_refuse() returns trigger language plpgsql as $$ begin raise exception 'no updates'; end $$;
create table public.cut_account (id int primary key, touched int);
create trigger cut_touch before update on public.cut_account for each row execute function public.cut_touch();
create table public.cut_closed (id int primary key, mail text);
create trigger cut_refuse before update on public.cut_closed for each row execute function public.cut_refuse();
