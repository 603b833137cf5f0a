INSERT INTO crates SELECT n, n, n * 1000 FROM generate_series(1, 8) n;
