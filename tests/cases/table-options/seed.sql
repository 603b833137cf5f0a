INSERT INTO queue SELECT n, jsonb_build_object('n', n) FROM generate_series(1, 6) n;
