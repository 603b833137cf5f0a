-- title: Extended statistics arrive
-- group: harmless
-- rare: yes
-- note: Announced by the diff engine on stderr only; the fingerprint must see it.
-- before
CREATE TABLE zips (zip text, city text, state text);
-- rows
INSERT INTO zips SELECT n::text, 'c' || n % 5, 's' || n % 2 FROM generate_series(1, 20) n;
-- after
CREATE TABLE zips (zip text, city text, state text);
CREATE STATISTICS zips_dep (dependencies, ndistinct) ON city, state FROM zips;
