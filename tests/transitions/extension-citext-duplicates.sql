CREATE EXTENSION citext WITH SCHEMA extensions;
CREATE TABLE handles (id int PRIMARY KEY, name text NOT NULL UNIQUE);
