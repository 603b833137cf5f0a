CREATE TABLE cars (id int PRIMARY KEY, sold boolean NOT NULL);
