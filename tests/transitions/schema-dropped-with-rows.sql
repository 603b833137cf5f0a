CREATE SCHEMA legacy;
CREATE TABLE legacy.customers (id int PRIMARY KEY, name text);
CREATE TABLE kept (id int PRIMARY KEY);
