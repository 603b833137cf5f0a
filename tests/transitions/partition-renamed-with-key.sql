-- title: A partition with a primary key was renamed, and its constraint was not; another table arrives
-- group: copied
-- before
CREATE TABLE pulse (id int PRIMARY KEY, v int) PARTITION BY RANGE (id);
CREATE TABLE pulse_a PARTITION OF pulse FOR VALUES FROM (0) TO (100);
ALTER TABLE pulse_a RENAME TO pulse_low;
-- rows
INSERT INTO pulse VALUES (1, 5);
-- after
CREATE TABLE pulse (id int PRIMARY KEY, v int) PARTITION BY RANGE (id);
CREATE TABLE pulse_a PARTITION OF pulse FOR VALUES FROM (0) TO (100);
ALTER TABLE pulse_a RENAME TO pulse_low;
CREATE TABLE pulse_note (id int PRIMARY KEY);
