CREATE TABLE prices (id int PRIMARY KEY, net numeric, margin numeric);
GRANT SELECT ON prices TO anon;
