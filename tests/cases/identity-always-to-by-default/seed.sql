INSERT INTO badges (name) SELECT 'badge ' || n FROM generate_series(1, 5) n;
