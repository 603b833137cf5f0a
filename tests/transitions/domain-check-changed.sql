-- title: A domain's CHECK and default change, rows satisfy both
-- group: harmless
-- rare: yes
-- before
CREATE DOMAIN percent AS numeric DEFAULT 0 CONSTRAINT percent_range CHECK (VALUE >= 0);
CREATE TABLE discounts (id int PRIMARY KEY, value percent);
-- rows
INSERT INTO discounts SELECT n, n * 10 FROM generate_series(1, 9) n;
-- after
CREATE DOMAIN percent AS numeric DEFAULT 5 CONSTRAINT percent_range CHECK (VALUE BETWEEN 0 AND 100);
CREATE TABLE discounts (id int PRIMARY KEY, value percent);
