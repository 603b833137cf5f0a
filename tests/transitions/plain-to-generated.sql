-- title: A plain column with values of its own becomes a generated one
-- group: data
-- needs: --force
-- rare: yes
-- before
CREATE TABLE crates (id int PRIMARY KEY, side int NOT NULL, area int);
-- rows
INSERT INTO crates SELECT n, n, n * 1000 FROM generate_series(1, 8) n;
-- after
CREATE TABLE crates (id int PRIMARY KEY, side int NOT NULL, area int GENERATED ALWAYS AS (side * side) STORED);
