CREATE TABLE buildings (id int PRIMARY KEY);
