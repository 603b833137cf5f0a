-- group: columns
-- flags: --force --backfill default
-- before
create table public.tte_text (id int primary key, c char(6), one "char", n name, v varchar(5), x xml, u text collate "C", bare char);
-- rows
insert into public.tte_text values (1, 'ab', 'x', 'a name', 'abcde', '<a b="c">d</a>', 'é', 'q'), (2, '', '', '', '', '', '', ''), (3, null, null, null, null, null, null, null),
  (4, '  ab', '"', '"quoted"', '  a  ', '<!-- note --><a/>', e'\u0301e', ' '), (5, 'abcdef', null, repeat('n', 63), '日本語文字', null, repeat('long ', 5000), 'z');
-- after
