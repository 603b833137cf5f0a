INSERT INTO same SELECT n, 'v' || n, n FROM generate_series(1, 9) n;
