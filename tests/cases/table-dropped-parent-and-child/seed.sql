INSERT INTO sponsors SELECT n, 'sponsor ' || n FROM generate_series(1, 3) n;
INSERT INTO races SELECT n, NULLIF(n % 4, 0) FROM generate_series(1, 8) n;
