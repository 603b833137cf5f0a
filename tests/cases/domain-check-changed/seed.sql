INSERT INTO discounts SELECT n, n * 10 FROM generate_series(1, 9) n;
