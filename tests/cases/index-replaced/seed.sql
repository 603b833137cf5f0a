INSERT INTO flights SELECT n, 'A' || n % 3, 'B' || n % 4, date '2025-01-01' + n FROM generate_series(1, 12) n;
