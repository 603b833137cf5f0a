-- group: tables
-- flags: --force --backfill default
-- before
create table public.tse_item (id serial primary key, small smallserial, name varchar(40), unique (name));
-- rows
insert into public.tse_item (name) values ('bolt'), ('nut'), (null), (null), ('washer');
select setval('public.tse_item_id_seq', 500, false);
select setval('public.tse_item_small_seq', 41, true);
-- after
