CREATE TYPE point3 AS (x int, y int);
CREATE TABLE stars (id int PRIMARY KEY, at point3);
