INSERT INTO posts SELECT generate_series(1, 5);
INSERT INTO comments VALUES (1, 1), (2, 5), (3, 77), (4, NULL), (5, 78);
