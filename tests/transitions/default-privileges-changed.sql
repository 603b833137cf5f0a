-- title: Default privileges of the schema file's own schema arrive
-- group: grants
-- rare: yes
-- before
CREATE SCHEMA api;
CREATE TABLE api.things (id int PRIMARY KEY);
-- rows
INSERT INTO api.things SELECT generate_series(1, 3);
-- after
CREATE SCHEMA api;
GRANT USAGE ON SCHEMA api TO anon;
ALTER DEFAULT PRIVILEGES IN SCHEMA api GRANT SELECT ON TABLES TO anon;
CREATE TABLE api.things (id int PRIMARY KEY);
