INSERT INTO countries VALUES ('DE'), ('FR'), ('PL');
INSERT INTO cities (country) VALUES ('DE'), ('FR'), ('PL'), ('DE');
UPDATE countries c SET capital_id = (SELECT min(id) FROM cities WHERE country = c.code);
INSERT INTO travellers VALUES (1), (2);
