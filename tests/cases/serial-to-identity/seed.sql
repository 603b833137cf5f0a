INSERT INTO letters (body) SELECT 'letter ' || n FROM generate_series(1, 12) n;
