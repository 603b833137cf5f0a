CREATE TABLE quotes (id int PRIMARY KEY, price numeric(12,4) NOT NULL);
