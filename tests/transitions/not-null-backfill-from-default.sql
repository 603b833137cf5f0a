CREATE TABLE clubs (id int PRIMARY KEY, name text NOT NULL, status text);
