CREATE TABLE reservations (id int PRIMARY KEY, during int4range NOT NULL, CONSTRAINT reservations_no_overlap EXCLUDE USING gist (during WITH &&));
