CREATE TABLE avatars (id int PRIMARY KEY, path text NOT NULL);
