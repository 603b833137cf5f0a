INSERT INTO persons SELECT n, 'First' || n, 'Last' || n FROM generate_series(1, 9) n;
