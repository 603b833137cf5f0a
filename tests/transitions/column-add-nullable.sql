-- title: A nullable column arrives on a table with rows
-- group: harmless
-- rare: yes
-- before
CREATE TABLE customers (id int PRIMARY KEY, email text NOT NULL);
-- rows
INSERT INTO customers SELECT n, 'c' || n || '@shop.example' FROM generate_series(1, 20) n;
-- after
CREATE TABLE customers (id int PRIMARY KEY, email text NOT NULL, phone text);
