CREATE TABLE travellers (id int PRIMARY KEY);
