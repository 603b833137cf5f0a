CREATE TABLE logins (id int PRIMARY KEY, name text NOT NULL UNIQUE);
