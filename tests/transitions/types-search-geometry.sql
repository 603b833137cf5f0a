-- group: columns
-- flags: --force --backfill default
-- before
create table public.tsg_shape (id int primary key, v tsvector, q tsquery, p point, l line, s lseg, b box, path path, poly polygon, c circle);
create index tsg_shape_v on public.tsg_shape using gin (v);
-- rows
insert into public.tsg_shape values (1, to_tsvector('english', 'the quick brown foxes'), to_tsquery('english', 'fox & !dog'), '(1.1,2)', '{1,2,3}', '[(0,0),(1,1)]', '(1,1),(0,0)', '[(0,0),(1,1)]', '((0,0),(1,1),(1,0))', '<(0,0),1>'),
  (2, '', '', '(NaN,Infinity)', '{0,1,0}', '[(0,0),(0,0)]', '(0,0),(0,0)', '((0,0))', '((0,0))', '<(0,0),0>'), (3, null, null, null, null, null, null, null, null, null),
  (4, $$'it''s':1A,2B 'a b':3$$, $$'it''s' <-> 'x':*A$$, '(-0,0)', null, null, null, null, null, null), (5, 'a:16383', 'a|b', null, null, null, null, null, null, '<(1e300,-1e300),1e-300>');
-- after
