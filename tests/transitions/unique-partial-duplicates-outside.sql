CREATE TABLE slots (id int PRIMARY KEY, room int NOT NULL, cancelled boolean NOT NULL);
