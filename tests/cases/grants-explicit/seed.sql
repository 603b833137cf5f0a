INSERT INTO prices SELECT n, n, n * 0.1 FROM generate_series(1, 4) n;
