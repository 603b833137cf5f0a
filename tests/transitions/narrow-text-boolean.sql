-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.ntb_answer (id int primary key, agreed text, said varchar(5) not null);
-- rows
insert into public.ntb_answer values (1, 'yes', 'on'), (2, null, 'f'), (3, 'NO', 'TRUE'), (4, ' true ', '1'), (5, '0', 'off'), (6, 'y', 't'), (7, 'fal', 'no');
-- after
create table public.ntb_answer (id int primary key, agreed boolean, said boolean not null);
