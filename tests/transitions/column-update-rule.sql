-- group: triggers-and-partitions
-- flags: --force --backfill default
-- before
create table public.cur_stock (id int primary key, item text, pieces int default 5);
create rule cur_frozen as on update to public.cur_stock do instead nothing;
create rule cur_closed as on insert to public.cur_stock do instead nothing;
-- rows
alter table public.cur_stock disable rule cur_closed;
insert into public.cur_stock values (1, 'bolt', 10), (2, null, null), (3, 'nut', 0), (4, '', 5), (5, 'washer', -1);
alter table public.cur_stock enable rule cur_closed;
-- after
create table public.cur_stock (id int primary key, item text);
create rule cur_frozen as on update to public.cur_stock do instead nothing;
create rule cur_closed as on insert to public.cur_stock do instead nothing;
