INSERT INTO codes SELECT generate_series(1, 6);
