CREATE TABLE jobs (id int PRIMARY KEY, state text NOT NULL DEFAULT 'new', retries int NOT NULL DEFAULT 3, run_at timestamptz DEFAULT now());
