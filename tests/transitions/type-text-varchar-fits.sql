CREATE TABLE airports (id int PRIMARY KEY, code text NOT NULL);
