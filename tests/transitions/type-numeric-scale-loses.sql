-- title: numeric(12,4) becomes numeric(12,2) and values are rounded
-- group: data
-- needs: --force
-- rare: yes
-- before
CREATE TABLE quotes (id int PRIMARY KEY, price numeric(12,4) NOT NULL);
-- rows
INSERT INTO quotes SELECT n, n * 1.2345 FROM generate_series(1, 10) n;
-- after
CREATE TABLE quotes (id int PRIMARY KEY, price numeric(12,2) NOT NULL);
