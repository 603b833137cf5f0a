INSERT INTO sensors SELECT n, 'C', n * 1.5 FROM generate_series(1, 11) n;
