-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.own_line (__row text, __became_0 varchar(9), __edited_0 int, __supasync_row text, __number numeric(8, 3), gone text);
create table public.own_item (__row int primary key, __became_0 varchar(9), __edited_0 boolean, __became_1 text);
create table public.own_void (__row text, __number text, kept int);
-- rows
insert into public.own_line values ('a', 'abcdef', 1, 'x', 1.234, 'g'), ('a', 'abcdeg', 1, 'x', 1.235, 'h'), ('a', 'abcdef', 1, 'x', 1.234, 'g'), (null, null, null, null, null, null);
insert into public.own_item values (1, 'abcdef', true, 'z'), (2, null, false, null), (3, 'ab', null, 'y');
insert into public.own_void values ('a', 'b', 1), ('a', 'c', 1), (null, 'd', 1), ('e', null, 1);
-- after
create table public.own_line (__row text, __became_0 varchar(3), __edited_0 int, __supasync_row text, __number numeric(8, 1));
create table public.own_item (__row int primary key, __became_0 varchar(3), __edited_0 boolean, __became_1 varchar(1) not null default 'd');
create table public.own_void (__number text, kept int);
