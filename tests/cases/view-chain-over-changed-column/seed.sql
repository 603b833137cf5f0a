INSERT INTO meters SELECT n, n * 3 FROM generate_series(1, 12) n;
