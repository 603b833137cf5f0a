-- title: Beside an extension that only the target has: a new table, a column of a table that uses it
-- before
create extension everykind with schema extensions cascade;
create table plain (id int primary key);
create table goods (id int primary key, price extensions.amount(9) default '12', how extensions.grade, both_of extensions.pair, many extensions.positive, span extensions.amount_span, place point);
create index goods_near on goods using nearby (place extensions.point_nearby_ops);
create index goods_scattered on goods using scattered (price);
create view cheap as select id, price operator(extensions.<->) '3'::extensions.amount as d, extensions.greet('you') as hi, extensions.joined('a','b') as j from goods where price operator(extensions.<) '20'::extensions.amount;
create view settings_shown as select s.name from everykind_own.shown s;
create function lowest() returns extensions.amount language sql as $$ select extensions.all_of(price) from goods $$;
create text search configuration mine (copy = extensions.plain_search);
create table many (id int primary key, n int);
create index many_n on many using ranges (n) with (pages_per_range = 16);
-- rows
insert into goods (id, price, how, both_of, many, span, place) values (1, '12', 'low', '(5,low)', 4, '[1,3)', '(1,2)');
insert into many values (1, 10), (2, null);
-- after
create extension everykind with schema extensions cascade;
create table plain (id int primary key);
create table beside (id int primary key, at timestamptz);
create table goods (id int primary key, price extensions.amount(9) default '12', how extensions.grade, both_of extensions.pair, many extensions.positive, span extensions.amount_span, place point, note text);
create index goods_near on goods using nearby (place extensions.point_nearby_ops);
create index goods_scattered on goods using scattered (price);
create view cheap as select id, price operator(extensions.<->) '3'::extensions.amount as d, extensions.greet('you') as hi, extensions.joined('a','b') as j from goods where price operator(extensions.<) '20'::extensions.amount;
create view settings_shown as select s.name from everykind_own.shown s;
create function lowest() returns extensions.amount language sql as $$ select extensions.all_of(price) from goods $$;
create text search configuration mine (copy = extensions.plain_search);
create table many (id int primary key, n int);
create index many_n on many using ranges (n) with (pages_per_range = 16);
