CREATE TABLE singers (id int PRIMARY KEY, register text NOT NULL DEFAULT 'alto');
