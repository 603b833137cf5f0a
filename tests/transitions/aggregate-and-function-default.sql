-- title: An aggregate and a function used as a column default arrive
-- group: harmless
-- rare: yes
-- before
CREATE TABLE codes (id int PRIMARY KEY);
-- rows
INSERT INTO codes SELECT generate_series(1, 6);
-- after
CREATE FUNCTION make_code() RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT 'c-' || substr(md5(clock_timestamp()::text), 1, 6) $$;
CREATE AGGREGATE product(numeric) (SFUNC = numeric_mul, STYPE = numeric, INITCOND = '1');
CREATE TABLE codes (id int PRIMARY KEY, code text NOT NULL DEFAULT make_code());
