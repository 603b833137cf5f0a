INSERT INTO folders SELECT n, CASE WHEN n > 1 THEN n / 2 END, 'folder ' || n FROM generate_series(1, 15) n;
