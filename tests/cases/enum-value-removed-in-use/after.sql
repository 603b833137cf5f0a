CREATE TYPE surface AS ENUM ('grass', 'clay');
CREATE TABLE surfaces (id int PRIMARY KEY, kind surface NOT NULL);
