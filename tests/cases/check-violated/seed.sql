INSERT INTO reviews VALUES (1, 5), (2, 0), (3, NULL), (4, 9);
