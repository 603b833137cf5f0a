INSERT INTO stars SELECT n, ROW(n, n * 2)::point3 FROM generate_series(1, 4) n;
