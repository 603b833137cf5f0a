-- title: A unique text column becomes citext while two values differ only in case
-- group: refused
-- expect: refused
-- reason: duplicate
-- object: handles_name_key
-- rare: yes
-- before
CREATE EXTENSION citext WITH SCHEMA extensions;
CREATE TABLE handles (id int PRIMARY KEY, name text NOT NULL UNIQUE);
-- rows
INSERT INTO handles VALUES (1, 'Zed'), (2, 'zed'), (3, 'Ann');
-- after
CREATE EXTENSION citext WITH SCHEMA extensions;
CREATE TABLE handles (id int PRIMARY KEY, name extensions.citext NOT NULL UNIQUE);
