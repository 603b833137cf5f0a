CREATE TABLE runs (id int PRIMARY KEY, metres int NOT NULL, seconds int NOT NULL);
CREATE VIEW run_facts AS SELECT id, metres, seconds, metres / seconds AS speed FROM runs;
CREATE VIEW fast_runs AS SELECT id FROM run_facts WHERE speed > 3;
