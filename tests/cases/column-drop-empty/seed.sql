INSERT INTO parcels SELECT n, n * 0.5, NULL FROM generate_series(1, 10) n;
