INSERT INTO zips SELECT n::text, 'c' || n % 5, 's' || n % 2 FROM generate_series(1, 20) n;
