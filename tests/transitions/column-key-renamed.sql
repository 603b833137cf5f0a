-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.ckr_item (id int primary key, name text);
-- rows
insert into public.ckr_item values (10, 'a'), (20, null), (30, ''), (-40, 'd'), (50, 'd');
-- after
create table public.ckr_item (item_id bigint generated always as identity primary key, name text);
