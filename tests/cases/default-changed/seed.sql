INSERT INTO jobs (id, run_at) SELECT n, '2025-03-01Z' FROM generate_series(1, 8) n;
