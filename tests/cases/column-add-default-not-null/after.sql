CREATE TABLE invoices (id int PRIMARY KEY, total numeric(10,2) NOT NULL, currency char(3) NOT NULL DEFAULT 'EUR', paid boolean NOT NULL DEFAULT false);
