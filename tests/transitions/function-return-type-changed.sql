-- title: A table function returns another set of columns
-- group: harmless
-- rare: yes
-- before
CREATE TABLE laps (driver int, lap int, ms int, PRIMARY KEY (driver, lap));
CREATE FUNCTION best_laps() RETURNS TABLE (driver int, ms int) LANGUAGE sql STABLE AS $$ SELECT driver, min(ms) FROM laps GROUP BY driver $$;
-- rows
INSERT INTO laps SELECT d, l, 90000 + d * 10 - l FROM generate_series(1, 3) d, generate_series(1, 5) l;
-- after
CREATE TABLE laps (driver int, lap int, ms int, PRIMARY KEY (driver, lap));
CREATE FUNCTION best_laps() RETURNS TABLE (driver int, ms int, laps bigint) LANGUAGE sql STABLE AS $$ SELECT driver, min(ms), count(*) FROM laps GROUP BY driver $$;
