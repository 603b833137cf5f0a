-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.ncp_label (id int primary key, a text, b char(10), c char(8) not null, d varchar(10));
-- rows
insert into public.ncp_label values (1, 'x  ', 'abc', 'abc', 'ab '), (2, null, null, '', null), (3, '', '', '  c', '   '), (4, '  y', '  abc   ', 'abcd    ', 'abcdefgh'), (5, 'abcdefgh', 'abcdefghij', 'abcdefgh', '');
-- after
create table public.ncp_label (id int primary key, a char(8), b varchar(10), c char(4) not null, d char(10));
