INSERT INTO devices SELECT 'SN-' || n FROM generate_series(1, 15) n;
