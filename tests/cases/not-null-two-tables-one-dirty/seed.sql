INSERT INTO bikes SELECT n, 'f' || n FROM generate_series(1, 4) n;
INSERT INTO wheels VALUES (1, 28), (2, NULL);
