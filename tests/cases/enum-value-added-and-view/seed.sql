INSERT INTO notes SELECT n, 'team', 'note ' || n FROM generate_series(1, 6) n;
