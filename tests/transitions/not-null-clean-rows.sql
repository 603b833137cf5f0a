-- title: A column becomes NOT NULL and no row objects
-- group: harmless
-- rare: yes
-- before
CREATE TABLE venues (id int PRIMARY KEY, city text);
-- rows
INSERT INTO venues SELECT n, 'city ' || n FROM generate_series(1, 9) n;
-- after
CREATE TABLE venues (id int PRIMARY KEY, city text NOT NULL);
