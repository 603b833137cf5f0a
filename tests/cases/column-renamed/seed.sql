INSERT INTO singers SELECT n, (ARRAY['alto', 'bass'])[n % 2 + 1] FROM generate_series(1, 6) n;
