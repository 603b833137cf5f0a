INSERT INTO quotes SELECT n, n * 1.2345 FROM generate_series(1, 10) n;
