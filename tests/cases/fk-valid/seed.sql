INSERT INTO authors SELECT generate_series(1, 6);
INSERT INTO books SELECT n, n % 6 + 1, NULLIF(n % 4, 0) FROM generate_series(1, 24) n;
