INSERT INTO goods SELECT n, n * 20 FROM generate_series(1, 8) n;
