INSERT INTO companies SELECT generate_series(1, 5);
