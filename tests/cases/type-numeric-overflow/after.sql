CREATE TABLE stocks (id int PRIMARY KEY, price numeric(5,2) NOT NULL);
