-- title: A NOT NULL column without a default cannot arrive on a table with rows
-- group: refused
-- expect: refused
-- reason: not null
-- object: tickets.priority
-- rare: yes
-- note: Nothing to backfill from; with rows given a default, or a table without rows, it would apply.
-- before
CREATE TABLE tickets (id int PRIMARY KEY, subject text NOT NULL);
-- rows
INSERT INTO tickets VALUES (1, 'printer on fire'), (2, 'printer no longer on fire');
-- after
CREATE TABLE tickets (id int PRIMARY KEY, subject text NOT NULL, priority int NOT NULL);
