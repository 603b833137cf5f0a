CREATE EXTENSION citext WITH SCHEMA extensions;
CREATE TABLE logins (id int PRIMARY KEY, name extensions.citext NOT NULL UNIQUE);
