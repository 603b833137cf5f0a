-- title: Only the default of a column changes: no row is touched
-- group: harmless
-- rare: yes
-- before
CREATE TABLE jobs (id int PRIMARY KEY, state text NOT NULL DEFAULT 'new', retries int NOT NULL DEFAULT 3, run_at timestamptz DEFAULT now());
-- rows
INSERT INTO jobs (id, run_at) SELECT n, '2025-03-01Z' FROM generate_series(1, 8) n;
-- after
CREATE TABLE jobs (id int PRIMARY KEY, state text NOT NULL DEFAULT 'queued', retries int NOT NULL DEFAULT 5, run_at timestamptz DEFAULT (now() + interval '1 minute'));
