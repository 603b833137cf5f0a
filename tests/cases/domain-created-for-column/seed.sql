INSERT INTO contacts SELECT n, n || '@x.example' FROM generate_series(1, 8) n;
