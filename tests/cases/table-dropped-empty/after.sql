CREATE TABLE finals (id int PRIMARY KEY);
