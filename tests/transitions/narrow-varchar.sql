-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.nvc_word (id int primary key, word varchar(50), code varchar(50) not null default 'abcdef', free text);
create index nvc_code on public.nvc_word (code);
-- rows
insert into public.nvc_word values (1, 'abcdef', 'abcxyz', 'a long free text'), (2, null, 'ab', null), (3, 'ab   ', 'abc', ''), (4, '日本語です', 'ünïcode', 'short'), (5, '', '', '          x');
insert into public.nvc_word (id) values (6);
-- after
create table public.nvc_word (id int primary key, word varchar(3), code varchar(3) not null default 'abc', free varchar(10));
create index nvc_code on public.nvc_word (code);
