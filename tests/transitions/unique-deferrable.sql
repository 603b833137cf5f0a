-- title: A UNIQUE constraint becomes DEFERRABLE INITIALLY DEFERRED
-- group: harmless
-- rare: yes
-- before
CREATE TABLE chapters (id int PRIMARY KEY, place int NOT NULL, CONSTRAINT chapters_place_key UNIQUE (place));
-- rows
INSERT INTO chapters SELECT n, 20 - n FROM generate_series(1, 10) n;
-- after
CREATE TABLE chapters (id int PRIMARY KEY, place int NOT NULL, CONSTRAINT chapters_place_key UNIQUE (place) DEFERRABLE INITIALLY DEFERRED);
