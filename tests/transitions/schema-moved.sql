-- group: conversions
-- flags: --force --backfill default
-- before
create schema smo_old;
create table smo_old.smo_item (id serial primary key, name text, parent int references smo_old.smo_item (id));
-- rows
insert into smo_old.smo_item (name, parent) values ('root', null), ('a', 1), (null, 1), ('', 2), ('d', 4);
select setval('smo_old.smo_item_id_seq', 33);
-- after
create schema smo_new;
create table smo_new.smo_item (id serial primary key, name text, parent int references smo_new.smo_item (id));
