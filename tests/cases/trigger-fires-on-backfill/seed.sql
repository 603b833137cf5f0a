INSERT INTO profiles SELECT n, CASE WHEN n % 2 = 0 THEN 'bio ' || n END, '2024-05-05Z' FROM generate_series(1, 8) n;
