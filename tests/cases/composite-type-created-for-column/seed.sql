INSERT INTO buildings SELECT generate_series(1, 4);
