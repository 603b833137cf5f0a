CREATE TABLE people (id int PRIMARY KEY, email text NOT NULL, gone boolean NOT NULL DEFAULT false);
