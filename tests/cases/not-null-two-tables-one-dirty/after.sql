CREATE TABLE bikes (id int PRIMARY KEY, frame text NOT NULL);
CREATE TABLE wheels (id int PRIMARY KEY, size int NOT NULL);
