-- title: A view with aggregates and a window arrives
-- group: harmless
-- rare: yes
-- before
CREATE TABLE sales (id int PRIMARY KEY, shop text NOT NULL, amount numeric NOT NULL);
-- rows
INSERT INTO sales SELECT n, 'shop ' || n % 3, n * 2 FROM generate_series(1, 15) n;
-- after
CREATE TABLE sales (id int PRIMARY KEY, shop text NOT NULL, amount numeric NOT NULL);
CREATE VIEW shop_totals AS SELECT shop, sum(amount) AS total, rank() OVER (ORDER BY sum(amount) DESC) AS place FROM sales GROUP BY shop;
COMMENT ON VIEW shop_totals IS 'Best shop first; what''s "net" here is gross.';
