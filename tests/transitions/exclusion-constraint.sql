CREATE EXTENSION btree_gist WITH SCHEMA extensions;
CREATE TABLE bookings (id int PRIMARY KEY, room int NOT NULL, during tstzrange NOT NULL);
