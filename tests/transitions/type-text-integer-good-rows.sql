-- title: text becomes integer and every value is a plain number
-- group: harmless
-- rare: yes
-- note: Values such as '007' would come back as '7'; here none does.
-- before
CREATE TABLE scores (id int PRIMARY KEY, value text);
-- rows
INSERT INTO scores SELECT n, n::text FROM generate_series(1, 10) n;
-- after
CREATE TABLE scores (id int PRIMARY KEY, value integer);
