CREATE TABLE slots (id int PRIMARY KEY, room int NOT NULL, cancelled boolean NOT NULL);
CREATE UNIQUE INDEX slots_room_idx ON slots (room) WHERE NOT cancelled;
