INSERT INTO api.things SELECT generate_series(1, 3);
