CREATE TABLE order_lines (id int PRIMARY KEY, quantity int NOT NULL, unit_price numeric(8,2) NOT NULL);
