-- title: A NOT NULL column with a constant default arrives on a table with rows
-- group: harmless
-- before
CREATE TABLE invoices (id int PRIMARY KEY, total numeric(10,2) NOT NULL);
-- rows
INSERT INTO invoices SELECT n, n * 9.99 FROM generate_series(1, 12) n;
-- after
CREATE TABLE invoices (id int PRIMARY KEY, total numeric(10,2) NOT NULL, currency char(3) NOT NULL DEFAULT 'EUR', paid boolean NOT NULL DEFAULT false);
