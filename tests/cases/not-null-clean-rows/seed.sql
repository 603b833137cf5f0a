INSERT INTO venues SELECT n, 'city ' || n FROM generate_series(1, 9) n;
