CREATE TABLE songs (id int PRIMARY KEY, title text NOT NULL);
