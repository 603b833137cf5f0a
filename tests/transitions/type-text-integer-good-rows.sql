CREATE TABLE scores (id int PRIMARY KEY, value text);
