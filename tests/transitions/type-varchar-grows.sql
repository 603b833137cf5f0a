CREATE TABLE labels (id int PRIMARY KEY, short varchar(20) NOT NULL, long varchar(40) UNIQUE);
