CREATE TABLE invoices (id int PRIMARY KEY, total numeric(10,2) NOT NULL);
