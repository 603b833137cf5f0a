INSERT INTO measures SELECT date '2024-12-28' + n, n FROM generate_series(1, 10) n;
