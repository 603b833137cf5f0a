CREATE TABLE stocks (id int PRIMARY KEY, price numeric(12,2) NOT NULL);
