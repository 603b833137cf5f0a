-- title: A generated column arrives and is computed for the rows there
-- group: harmless
-- rare: yes
-- before
CREATE TABLE order_lines (id int PRIMARY KEY, quantity int NOT NULL, unit_price numeric(8,2) NOT NULL);
-- rows
INSERT INTO order_lines SELECT n, n % 5 + 1, n * 1.25 FROM generate_series(1, 25) n;
-- after
CREATE TABLE order_lines (id int PRIMARY KEY, quantity int NOT NULL, unit_price numeric(8,2) NOT NULL, line_total numeric(10,2) GENERATED ALWAYS AS (quantity * unit_price) STORED);
CREATE INDEX order_lines_total_idx ON order_lines (line_total);
