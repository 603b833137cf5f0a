CREATE TABLE airports (id int PRIMARY KEY, code varchar(10) NOT NULL);
