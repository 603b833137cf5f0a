CREATE TYPE surface AS ENUM ('grass', 'clay', 'carpet');
CREATE TABLE surfaces (id int PRIMARY KEY, kind surface NOT NULL);
