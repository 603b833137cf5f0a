CREATE TABLE votes (id int PRIMARY KEY, song text NOT NULL);
