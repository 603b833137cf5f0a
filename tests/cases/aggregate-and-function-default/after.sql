CREATE FUNCTION make_code() RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT 'c-' || substr(md5(clock_timestamp()::text), 1, 6) $$;
CREATE AGGREGATE product(numeric) (SFUNC = numeric_mul, STYPE = numeric, INITCOND = '1');
CREATE TABLE codes (id int PRIMARY KEY, code text NOT NULL DEFAULT make_code());
