-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.ckm_user (id int primary key, mail text not null unique, name text);
-- rows
insert into public.ckm_user values (4, 'a@x', 'ann'), (9, 'b@x', null), (12, 'c@x', ''), (-3, '', 'dan'), (0, 'E@X', 'eve');
-- after
create table public.ckm_user (mail text not null primary key, name text);
