CREATE TABLE jobs (id int PRIMARY KEY, state text NOT NULL DEFAULT 'queued', retries int NOT NULL DEFAULT 5, run_at timestamptz DEFAULT (now() + interval '1 minute'));
