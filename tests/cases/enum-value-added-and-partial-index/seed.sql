INSERT INTO campaigns SELECT n, (ARRAY['draft', 'live'])[n % 2 + 1]::phase FROM generate_series(1, 8) n;
