INSERT INTO sales SELECT n, 'shop ' || n % 3, n * 2 FROM generate_series(1, 15) n;
