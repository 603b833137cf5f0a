INSERT INTO albums SELECT n, n * 100000 FROM generate_series(1, 10) n;
INSERT INTO tracks SELECT n, n % 10 + 1 FROM generate_series(1, 40) n;
