INSERT INTO boxes SELECT n, n FROM generate_series(1, 8) n;
