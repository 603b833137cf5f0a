INSERT INTO pairs SELECT n, n * 2 FROM generate_series(0, 5) n;
