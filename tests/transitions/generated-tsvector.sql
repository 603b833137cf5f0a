CREATE TABLE recipes (id int PRIMARY KEY, title text NOT NULL, steps text);
