-- title: Three views on one another, over a column that changes its type
-- group: harmless
-- rare: yes
-- before
CREATE TABLE meters (id int PRIMARY KEY, value int NOT NULL);
CREATE VIEW meters_high AS SELECT id, value FROM meters WHERE value > 10;
CREATE VIEW meters_top AS SELECT id, value FROM meters_high ORDER BY value DESC LIMIT 5;
CREATE VIEW meters_top_sum AS SELECT sum(value) AS total FROM meters_top;
-- rows
INSERT INTO meters SELECT n, n * 3 FROM generate_series(1, 12) n;
-- after
CREATE TABLE meters (id int PRIMARY KEY, value numeric(12,3) NOT NULL);
CREATE VIEW meters_high AS SELECT id, value FROM meters WHERE value > 10;
CREATE VIEW meters_top AS SELECT id, value FROM meters_high ORDER BY value DESC LIMIT 5;
CREATE VIEW meters_top_sum AS SELECT sum(value) AS total FROM meters_top;
