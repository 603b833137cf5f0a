INSERT INTO runs SELECT n, n * 500, n * 160 FROM generate_series(1, 10) n;
