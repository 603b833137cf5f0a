CREATE TABLE blobs (id int PRIMARY KEY, body text, raw bytea);
