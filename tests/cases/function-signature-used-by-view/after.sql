CREATE FUNCTION price_with_tax(net numeric, rate numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT net * (1 + rate) $$;
CREATE TABLE goods (id int PRIMARY KEY, net numeric NOT NULL, cap numeric DEFAULT price_with_tax(100, 0.19));
ALTER TABLE goods ENABLE ROW LEVEL SECURITY;
CREATE POLICY goods_cheap ON goods FOR SELECT USING (price_with_tax(net, 0.19) < 1000);
CREATE VIEW goods_gross AS SELECT id, price_with_tax(net, 0.19) AS gross FROM goods;
