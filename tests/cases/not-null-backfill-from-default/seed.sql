INSERT INTO clubs SELECT n, 'club ' || n, CASE WHEN n % 4 <> 0 THEN 'open' END FROM generate_series(1, 16) n;
