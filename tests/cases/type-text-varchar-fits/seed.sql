INSERT INTO airports SELECT n, 'AP' || n FROM generate_series(1, 10) n;
