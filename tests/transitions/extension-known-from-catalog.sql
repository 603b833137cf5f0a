-- title: Types, indexes and functions of an extension that only the target has: they change, with values kept
-- flags: --force
-- note: tests/support/extensions has it; the target's programs read it, the shadow's do not
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
create table another (id int primary key, a extensions.amount);
create table goods (id int primary key, price extensions.amount(12) default '13', how extensions.grade, both_of extensions.pair, many extensions.positive, span extensions.amount_span, place point, extra extensions.grade default 'low');
create index goods_near on goods using nearby (place extensions.point_nearby_ops);
create index goods_near2 on goods using nearby ((point(id, 1)) extensions.point_nearby_ops);
create view cheap as select id, price operator(extensions.<->) '4'::extensions.amount as d, extensions.greet('you', 'Hi', '!', '!') as hi, extensions.joined('a','b') as j from goods where price operator(extensions.<) '20'::extensions.amount;
create view settings_shown as select s.name from everykind_own.shown s;
create function lowest() returns extensions.amount language sql as $$ select extensions.all_of(price) from goods $$;
create function h(n int) returns int language sql as $$ select low from extensions.halves($1) $$;
create text search configuration mine (copy = extensions.plain_search);
create table many (id int primary key, n bigint); create index many_i on many using ranges (id) with (pages_per_range = 32, autosummarize);
 create index many_n on many using ranges ((id + 1)) with (pages_per_range=4);
