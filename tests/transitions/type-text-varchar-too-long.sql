CREATE TABLE airlines (id int PRIMARY KEY, code text NOT NULL);
