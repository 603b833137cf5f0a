INSERT INTO rooms SELECT n, n % 4 + 1, n * 40 FROM generate_series(1, 12) n;
