-- title: An enum loses a value that rows hold
-- group: refused
-- expect: refused
-- reason: enum
-- object: surfaces.kind
-- before
CREATE TYPE surface AS ENUM ('grass', 'clay', 'carpet');
CREATE TABLE surfaces (id int PRIMARY KEY, kind surface NOT NULL);
-- rows
INSERT INTO surfaces VALUES (1, 'grass'), (2, 'carpet'), (3, 'carpet');
-- after
CREATE TYPE surface AS ENUM ('grass', 'clay');
CREATE TABLE surfaces (id int PRIMARY KEY, kind surface NOT NULL);
