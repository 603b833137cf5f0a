INSERT INTO trips SELECT n, n * 7 FROM generate_series(1, 9) n;
