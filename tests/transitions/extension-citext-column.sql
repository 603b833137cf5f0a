-- title: The extension citext arrives and a text column becomes citext
-- group: harmless
-- before
CREATE TABLE logins (id int PRIMARY KEY, name text NOT NULL UNIQUE);
-- rows
INSERT INTO logins SELECT n, 'User' || n FROM generate_series(1, 8) n;
-- after
CREATE EXTENSION citext WITH SCHEMA extensions;
CREATE TABLE logins (id int PRIMARY KEY, name extensions.citext NOT NULL UNIQUE);
