CREATE TABLE order_lines (id int PRIMARY KEY, quantity int NOT NULL, unit_price numeric(8,2) NOT NULL, line_total numeric(10,2) GENERATED ALWAYS AS (quantity * unit_price) STORED);
CREATE INDEX order_lines_total_idx ON order_lines (line_total);
