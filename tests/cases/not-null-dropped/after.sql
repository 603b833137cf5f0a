CREATE TABLE sensors (id int PRIMARY KEY, unit text, reading real);
