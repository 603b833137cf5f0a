INSERT INTO counters SELECT n, 0 FROM generate_series(1, 3) n;
