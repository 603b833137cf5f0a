INSERT INTO owners SELECT generate_series(1, 4);
INSERT INTO pets SELECT n, n % 4 + 1 FROM generate_series(1, 10) n;
