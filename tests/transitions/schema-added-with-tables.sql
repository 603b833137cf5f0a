CREATE TABLE companies (id int PRIMARY KEY);
