-- title: A column with values goes away
-- group: data
-- needs: --force
-- before
CREATE TABLE members (id int PRIMARY KEY, name text NOT NULL, nickname text);
-- rows
INSERT INTO members SELECT n, 'member ' || n, CASE WHEN n % 3 = 0 THEN 'nick ' || n END FROM generate_series(1, 18) n;
-- after
CREATE TABLE members (id int PRIMARY KEY, name text NOT NULL);
