-- title: Bookings of one room may no longer overlap, and do not
-- group: harmless
-- rare: yes
-- before
CREATE EXTENSION btree_gist WITH SCHEMA extensions;
CREATE TABLE bookings (id int PRIMARY KEY, room int NOT NULL, during tstzrange NOT NULL);
-- rows
INSERT INTO bookings SELECT n, n % 3, tstzrange(timestamptz '2025-01-01Z' + n * interval '1 day', timestamptz '2025-01-02Z' + n * interval '1 day') FROM generate_series(1, 12) n;
-- after
CREATE EXTENSION btree_gist WITH SCHEMA extensions;
CREATE TABLE bookings (id int PRIMARY KEY, room int NOT NULL, during tstzrange NOT NULL, CONSTRAINT bookings_no_overlap EXCLUDE USING gist (room WITH =, during WITH &&));
