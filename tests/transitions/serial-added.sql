-- title: A key gets a sequence of its own by hand, with the next number as default
-- group: harmless
-- rare: yes
-- before
CREATE TABLE trips (id bigint PRIMARY KEY, km int);
-- rows
INSERT INTO trips SELECT n, n * 7 FROM generate_series(1, 9) n;
-- after
CREATE SEQUENCE trips_id_seq;
CREATE TABLE trips (id bigint PRIMARY KEY DEFAULT nextval('trips_id_seq'), km int);
ALTER SEQUENCE trips_id_seq OWNED BY trips.id;
