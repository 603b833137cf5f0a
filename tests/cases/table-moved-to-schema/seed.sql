INSERT INTO reports SELECT n, 'report ' || n FROM generate_series(1, 6) n;
