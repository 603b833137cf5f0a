-- title: An operator of the project's own arrives
-- group: harmless
-- rare: yes
-- note: The diff engine announces it on stderr only; the fingerprint must see it.
-- before
CREATE TABLE pairs (a int, b int);
CREATE FUNCTION near(a int, b int) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT abs(a - b) < 2 $$;
-- rows
INSERT INTO pairs SELECT n, n * 2 FROM generate_series(0, 5) n;
-- after
CREATE TABLE pairs (a int, b int);
CREATE FUNCTION near(a int, b int) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT abs(a - b) < 2 $$;
CREATE OPERATOR ~~~ (LEFTARG = int, RIGHTARG = int, FUNCTION = near);
