CREATE TABLE caches (id int PRIMARY KEY);
REVOKE ALL ON caches FROM anon, authenticated, service_role;
GRANT SELECT, MAINTAIN ON caches TO service_role;
