INSERT INTO caches SELECT generate_series(1, 3);
