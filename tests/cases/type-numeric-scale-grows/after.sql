CREATE TABLE bills (id int PRIMARY KEY, amount numeric(12,2) NOT NULL);
