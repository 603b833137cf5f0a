CREATE TABLE laps (driver int, lap int, ms int, PRIMARY KEY (driver, lap));
CREATE FUNCTION best_laps() RETURNS TABLE (driver int, ms int) LANGUAGE sql STABLE AS $$ SELECT driver, min(ms) FROM laps GROUP BY driver $$;
