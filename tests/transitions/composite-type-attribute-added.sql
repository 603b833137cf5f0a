-- title: A composite type that a column uses gets an attribute
-- group: harmless
-- before
CREATE TYPE point3 AS (x int, y int);
CREATE TABLE stars (id int PRIMARY KEY, at point3);
-- rows
INSERT INTO stars SELECT n, ROW(n, n * 2)::point3 FROM generate_series(1, 4) n;
-- after
CREATE TYPE point3 AS (x int, y int, z int);
CREATE TABLE stars (id int PRIMARY KEY, at point3);
