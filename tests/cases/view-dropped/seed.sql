INSERT INTO cars SELECT n, n % 2 = 0 FROM generate_series(1, 8) n;
