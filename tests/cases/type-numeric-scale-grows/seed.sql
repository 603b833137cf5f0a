INSERT INTO bills SELECT n, n * 99.95 FROM generate_series(1, 10) n;
