-- title: Two columns become NOT NULL, one of them in rows that hold NULL: nothing of it may be applied
-- group: refused
-- expect: refused
-- reason: not null
-- object: wheels.size
-- rare: yes
-- before
CREATE TABLE bikes (id int PRIMARY KEY, frame text);
CREATE TABLE wheels (id int PRIMARY KEY, size int);
-- rows
INSERT INTO bikes SELECT n, 'f' || n FROM generate_series(1, 4) n;
INSERT INTO wheels VALUES (1, 28), (2, NULL);
-- after
CREATE TABLE bikes (id int PRIMARY KEY, frame text NOT NULL);
CREATE TABLE wheels (id int PRIMARY KEY, size int NOT NULL);
