INSERT INTO laps SELECT d, l, 90000 + d * 10 - l FROM generate_series(1, 3) d, generate_series(1, 5) l;
