-- group: narrowing
-- flags: --force --backfill default
-- before
create function public.nne_touch() returns trigger language plpgsql as $$ begin new.n := new.n + 1; return new; end $$;
create table public.nne_item (id int primary key, v varchar(20), n int);
create trigger nne_of before update of v on public.nne_item for each row execute function public.nne_touch();
comment on trigger nne_of on public.nne_item is 'counts';
alter table public.nne_item enable always trigger nne_of;
create trigger nne_when before update on public.nne_item for each row
  when (old.v is distinct from new.v) execute function public.nne_touch();
alter table public.nne_item disable trigger nne_when;
create table public.nne_part (id int primary key, v varchar(20), n int) partition by range (id);
create table public.nne_part_1 partition of public.nne_part for values from (0) to (10);
create trigger nne_on_part before update of v on public.nne_part_1 for each row execute function public.nne_touch();
create publication nne_columns for table public.nne_item (id, v);
create publication nne_filter for table public.nne_item where (v = 'x') with (publish = 'insert');
-- rows
insert into public.nne_item select n, nullif('abcdef' || n, 'abcdef2'), n from generate_series(1, 4) n;
insert into public.nne_part select * from public.nne_item;
-- after
create function public.nne_touch() returns trigger language plpgsql as $$ begin new.n := new.n + 1; return new; end $$;
create table public.nne_item (id int primary key, v varchar(3) not null default 'x', n int);
create trigger nne_of before update of v on public.nne_item for each row execute function public.nne_touch();
comment on trigger nne_of on public.nne_item is 'counts';
alter table public.nne_item enable always trigger nne_of;
create trigger nne_when before update on public.nne_item for each row
  when (old.v is distinct from new.v) execute function public.nne_touch();
alter table public.nne_item disable trigger nne_when;
create table public.nne_part (id int primary key, v varchar(3), n int) partition by range (id);
create table public.nne_part_1 partition of public.nne_part for values from (0) to (10);
create trigger nne_on_part before update of v on public.nne_part_1 for each row execute function public.nne_touch();
create publication nne_columns for table public.nne_item (id, v);
create publication nne_filter for table public.nne_item where (v = 'x') with (publish = 'insert');
