CREATE TABLE answers (id int PRIMARY KEY, value integer);
