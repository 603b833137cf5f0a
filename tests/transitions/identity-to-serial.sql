-- group: conversions
-- flags: --force --backfill default
-- before
create table public.its_item (id int generated always as identity primary key, name text, gone text);
-- rows
insert into public.its_item (name, gone) select 'i' || n, nullif('g' || n, 'g3') from generate_series(1, 8) n;
delete from public.its_item where id in (1, 8);
select nextval('public.its_item_id_seq') from generate_series(1, 12);
-- after
create table public.its_item (id serial primary key, name text);
