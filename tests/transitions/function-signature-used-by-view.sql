-- title: A function gets another parameter while a view, a policy and a default use it
-- group: objects
-- needs: --force
-- before
CREATE FUNCTION price_with_tax(net numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT net * 1.19 $$;
CREATE TABLE goods (id int PRIMARY KEY, net numeric NOT NULL, cap numeric DEFAULT price_with_tax(100));
ALTER TABLE goods ENABLE ROW LEVEL SECURITY;
CREATE POLICY goods_cheap ON goods FOR SELECT USING (price_with_tax(net) < 1000);
CREATE VIEW goods_gross AS SELECT id, price_with_tax(net) AS gross FROM goods;
-- rows
INSERT INTO goods SELECT n, n * 20 FROM generate_series(1, 8) n;
-- after
CREATE FUNCTION price_with_tax(net numeric, rate numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT net * (1 + rate) $$;
CREATE TABLE goods (id int PRIMARY KEY, net numeric NOT NULL, cap numeric DEFAULT price_with_tax(100, 0.19));
ALTER TABLE goods ENABLE ROW LEVEL SECURITY;
CREATE POLICY goods_cheap ON goods FOR SELECT USING (price_with_tax(net, 0.19) < 1000);
CREATE VIEW goods_gross AS SELECT id, price_with_tax(net, 0.19) AS gross FROM goods;
