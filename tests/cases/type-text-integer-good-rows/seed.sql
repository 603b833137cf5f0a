INSERT INTO scores SELECT n, n::text FROM generate_series(1, 10) n;
