INSERT INTO grades SELECT n, 'course ' || n % 3, ARRAY['t' || n, NULL], jsonb_build_object('n', n), n / 2.0 FROM generate_series(1, 14) n;
INSERT INTO grades VALUES (99, 'course 9', NULL, NULL, NULL);
