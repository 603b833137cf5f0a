INSERT INTO songs SELECT n, 'song number ' || n FROM generate_series(1, 12) n;
