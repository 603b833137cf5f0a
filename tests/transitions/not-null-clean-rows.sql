CREATE TABLE venues (id int PRIMARY KEY, city text);
