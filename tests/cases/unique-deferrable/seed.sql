INSERT INTO chapters SELECT n, 20 - n FROM generate_series(1, 10) n;
