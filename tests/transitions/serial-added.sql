CREATE TABLE trips (id bigint PRIMARY KEY, km int);
