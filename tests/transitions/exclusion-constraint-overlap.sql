CREATE TABLE reservations (id int PRIMARY KEY, during int4range NOT NULL);
