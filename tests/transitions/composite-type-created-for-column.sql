-- title: A new composite type is used by a new column and a function
-- group: harmless
-- rare: yes
-- before
CREATE TABLE buildings (id int PRIMARY KEY);
-- rows
INSERT INTO buildings SELECT generate_series(1, 4);
-- after
CREATE TYPE address AS (street text, no int);
CREATE TABLE buildings (id int PRIMARY KEY, address address);
CREATE FUNCTION address_line(a address) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT a.street || ' ' || a.no $$;
