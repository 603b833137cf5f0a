-- title: A parent table with rows goes away, the child stays and loses its column
-- group: data
-- needs: --force
-- before
CREATE TABLE sponsors (id int PRIMARY KEY, name text);
CREATE TABLE races (id int PRIMARY KEY, sponsor_id int REFERENCES sponsors (id));
CREATE VIEW sponsored AS SELECT r.id, s.name FROM races r JOIN sponsors s ON s.id = r.sponsor_id;
-- rows
INSERT INTO sponsors SELECT n, 'sponsor ' || n FROM generate_series(1, 3) n;
INSERT INTO races SELECT n, NULLIF(n % 4, 0) FROM generate_series(1, 8) n;
-- after
CREATE TABLE races (id int PRIMARY KEY);
