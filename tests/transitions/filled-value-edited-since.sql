-- title: A value that was filled in and edited since stays; one that was not edited is NULL again
-- group: conversions
-- flags: --force --backfill default
-- before
create table public.fve_task (id int primary key, state text, rank int);
-- rows
insert into public.fve_task values (1, null, 1), (2, 'done', 2), (3, null, 3);
-- after
create table public.fve_task (id int primary key, state text not null default 'open', rank int);
-- since
update public.fve_task set state = 'held' where id = 3;
insert into public.fve_task values (4, 'open', 4);
