-- group: columns
-- flags: --force --backfill default
-- before
create table public.cnd_task (id int primary key, state text not null default 'open', rank int not null default 1);
-- rows
insert into public.cnd_task values (1, 'done', 5), (2, 'open', 1), (3, '', 0), (4, 'NULL', -1);
insert into public.cnd_task (id) values (5), (6);
-- after
create table public.cnd_task (id int primary key);
-- since
insert into public.cnd_task values (7);
delete from public.cnd_task where id = 2;
