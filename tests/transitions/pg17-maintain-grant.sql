-- title: The privilege MAINTAIN, which PostgreSQL 17 brought
-- group: grants
-- rare: yes
-- before
CREATE TABLE caches (id int PRIMARY KEY);
REVOKE ALL ON caches FROM anon, authenticated, service_role;
-- rows
INSERT INTO caches SELECT generate_series(1, 3);
-- after
CREATE TABLE caches (id int PRIMARY KEY);
REVOKE ALL ON caches FROM anon, authenticated, service_role;
GRANT SELECT, MAINTAIN ON caches TO service_role;
