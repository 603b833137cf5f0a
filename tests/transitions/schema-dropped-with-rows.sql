-- title: A schema goes away with a table that has rows
-- group: data
-- needs: --force
-- before
CREATE SCHEMA legacy;
CREATE TABLE legacy.customers (id int PRIMARY KEY, name text);
CREATE TABLE kept (id int PRIMARY KEY);
-- rows
INSERT INTO legacy.customers SELECT n, 'old ' || n FROM generate_series(1, 6) n;
INSERT INTO kept VALUES (1);
-- after
CREATE TABLE kept (id int PRIMARY KEY);
