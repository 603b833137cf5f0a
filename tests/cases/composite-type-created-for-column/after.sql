CREATE TYPE address AS (street text, no int);
CREATE TABLE buildings (id int PRIMARY KEY, address address);
CREATE FUNCTION address_line(a address) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT a.street || ' ' || a.no $$;
