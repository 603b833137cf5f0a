-- title: A table arrives with its statistics, in a schema that arrives with it
-- group: copied
-- before
CREATE TABLE dunes (id int PRIMARY KEY);
-- rows
INSERT INTO dunes VALUES (1);
-- after
CREATE TABLE dunes (id int PRIMARY KEY);
CREATE SCHEMA desert;
CREATE TABLE desert.sand (x int, y int);
CREATE STATISTICS desert.sand_xy ON x, y FROM desert.sand;
