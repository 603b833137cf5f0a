-- title: A table without a key gets a primary key while rows repeat
-- group: refused
-- expect: refused
-- reason: duplicate
-- object: readings_pkey
-- before
CREATE TABLE readings (station int NOT NULL, day date NOT NULL, mm real);
-- rows
INSERT INTO readings VALUES (1, '2025-01-01', 2), (1, '2025-01-01', 3), (2, '2025-01-01', 0);
-- after
CREATE TABLE readings (station int NOT NULL, day date NOT NULL, mm real, PRIMARY KEY (station, day));
