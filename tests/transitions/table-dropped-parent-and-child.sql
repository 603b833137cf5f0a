CREATE TABLE sponsors (id int PRIMARY KEY, name text);
CREATE TABLE races (id int PRIMARY KEY, sponsor_id int REFERENCES sponsors (id));
CREATE VIEW sponsored AS SELECT r.id, s.name FROM races r JOIN sponsors s ON s.id = r.sponsor_id;
