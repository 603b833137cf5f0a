INSERT INTO finals SELECT generate_series(1, 3);
