CREATE TABLE sales (id int PRIMARY KEY, shop text NOT NULL, amount numeric NOT NULL);
