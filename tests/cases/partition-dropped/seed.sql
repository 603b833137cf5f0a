INSERT INTO logs SELECT date '2023-12-20' + n, 'line ' || n FROM generate_series(1, 24) n;
