-- title: numeric(8,2) becomes numeric(12,2)
-- group: harmless
-- rare: yes
-- before
CREATE TABLE bills (id int PRIMARY KEY, amount numeric(8,2) NOT NULL);
-- rows
INSERT INTO bills SELECT n, n * 99.95 FROM generate_series(1, 10) n;
-- after
CREATE TABLE bills (id int PRIMARY KEY, amount numeric(12,2) NOT NULL);
