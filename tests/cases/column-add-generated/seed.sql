INSERT INTO order_lines SELECT n, n % 5 + 1, n * 1.25 FROM generate_series(1, 25) n;
