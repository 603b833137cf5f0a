CREATE TABLE prices (id int PRIMARY KEY, net numeric, margin numeric);
REVOKE ALL ON prices FROM anon, authenticated;
GRANT SELECT (id, net) ON prices TO anon;
GRANT SELECT, UPDATE ON prices TO authenticated WITH GRANT OPTION;
