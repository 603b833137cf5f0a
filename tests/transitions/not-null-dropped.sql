-- title: NOT NULL and the default of a column go away
-- group: harmless
-- rare: yes
-- before
CREATE TABLE sensors (id int PRIMARY KEY, unit text NOT NULL DEFAULT 'C', reading real NOT NULL);
-- rows
INSERT INTO sensors SELECT n, 'C', n * 1.5 FROM generate_series(1, 11) n;
-- after
CREATE TABLE sensors (id int PRIMARY KEY, unit text, reading real);
