INSERT INTO invoices SELECT n, n * 9.99 FROM generate_series(1, 12) n;
