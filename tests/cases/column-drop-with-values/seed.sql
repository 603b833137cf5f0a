INSERT INTO members SELECT n, 'member ' || n, CASE WHEN n % 3 = 0 THEN 'nick ' || n END FROM generate_series(1, 18) n;
