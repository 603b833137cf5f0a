CREATE TABLE bills (id int PRIMARY KEY, amount numeric(8,2) NOT NULL);
