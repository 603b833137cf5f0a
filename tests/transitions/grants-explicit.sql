-- title: The schema file itself grants and revokes
-- group: grants
-- note: grants = "auto" comes to mean managed here.
-- before
CREATE TABLE prices (id int PRIMARY KEY, net numeric, margin numeric);
GRANT SELECT ON prices TO anon;
-- rows
INSERT INTO prices SELECT n, n, n * 0.1 FROM generate_series(1, 4) n;
-- after
CREATE TABLE prices (id int PRIMARY KEY, net numeric, margin numeric);
REVOKE ALL ON prices FROM anon, authenticated;
GRANT SELECT (id, net) ON prices TO anon;
GRANT SELECT, UPDATE ON prices TO authenticated WITH GRANT OPTION;
