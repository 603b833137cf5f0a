-- title: A partial unique index arrives; the duplicates are outside its predicate
-- group: harmless
-- rare: yes
-- before
CREATE TABLE slots (id int PRIMARY KEY, room int NOT NULL, cancelled boolean NOT NULL);
-- rows
INSERT INTO slots VALUES (1, 10, false), (2, 10, true), (3, 10, true), (4, 11, false);
-- after
CREATE TABLE slots (id int PRIMARY KEY, room int NOT NULL, cancelled boolean NOT NULL);
CREATE UNIQUE INDEX slots_room_idx ON slots (room) WHERE NOT cancelled;
