INSERT INTO shirts SELECT n, (ARRAY['s', 'm', 'l'])[n % 3 + 1]::size FROM generate_series(1, 9) n;
