CREATE EXTENSION citext WITH SCHEMA extensions;
CREATE TABLE handles (id int PRIMARY KEY, name extensions.citext NOT NULL UNIQUE);
