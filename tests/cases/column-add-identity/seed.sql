INSERT INTO visits SELECT '/p/' || n % 4, timestamptz '2025-01-01 00:00Z' + n * interval '1 minute' FROM generate_series(1, 30) n;
