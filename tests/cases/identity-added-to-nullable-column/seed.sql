INSERT INTO lockers SELECT 'L' || n, n FROM generate_series(1, 6) n;
