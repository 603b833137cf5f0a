CREATE TABLE caches (id int PRIMARY KEY);
REVOKE ALL ON caches FROM anon, authenticated, service_role;
