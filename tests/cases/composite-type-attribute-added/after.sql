CREATE TYPE point3 AS (x int, y int, z int);
CREATE TABLE stars (id int PRIMARY KEY, at point3);
