CREATE TABLE sensors (id int PRIMARY KEY, unit text NOT NULL DEFAULT 'C', reading real NOT NULL);
