INSERT INTO docs SELECT n, 'doc ' || n FROM generate_series(1, 6) n;
