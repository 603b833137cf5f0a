CREATE SEQUENCE trips_id_seq;
CREATE TABLE trips (id bigint PRIMARY KEY DEFAULT nextval('trips_id_seq'), km int);
ALTER SEQUENCE trips_id_seq OWNED BY trips.id;
