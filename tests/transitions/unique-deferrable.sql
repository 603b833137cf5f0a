CREATE TABLE chapters (id int PRIMARY KEY, place int NOT NULL, CONSTRAINT chapters_place_key UNIQUE (place));
