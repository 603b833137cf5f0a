INSERT INTO articles SELECT n, 'Title ' || n, ARRAY['t' || n % 3], jsonb_build_object('n', n), CASE WHEN n % 2 = 0 THEN date '2025-01-01' + n END FROM generate_series(1, 16) n;
