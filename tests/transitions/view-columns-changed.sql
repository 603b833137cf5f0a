-- title: A view is replaced by one with a column dropped, one renamed and one of another type
-- group: harmless
-- note: CREATE OR REPLACE cannot do it: drop and create, with what depends on it.
-- before
CREATE TABLE runs (id int PRIMARY KEY, metres int NOT NULL, seconds int NOT NULL);
CREATE VIEW run_facts AS SELECT id, metres, seconds, metres / seconds AS speed FROM runs;
CREATE VIEW fast_runs AS SELECT id FROM run_facts WHERE speed > 3;
-- rows
INSERT INTO runs SELECT n, n * 500, n * 160 FROM generate_series(1, 10) n;
-- after
CREATE TABLE runs (id int PRIMARY KEY, metres int NOT NULL, seconds int NOT NULL);
CREATE VIEW run_facts AS SELECT id, metres AS distance, metres::numeric / seconds AS speed FROM runs;
CREATE VIEW fast_runs AS SELECT id FROM run_facts WHERE speed > 3;
