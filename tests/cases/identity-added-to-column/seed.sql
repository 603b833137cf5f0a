INSERT INTO payments SELECT n, n * 10 FROM generate_series(1, 25) n;
