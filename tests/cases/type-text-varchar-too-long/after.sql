CREATE TABLE airlines (id int PRIMARY KEY, code varchar(5) NOT NULL);
