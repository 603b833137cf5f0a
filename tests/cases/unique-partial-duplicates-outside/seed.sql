INSERT INTO slots VALUES (1, 10, false), (2, 10, true), (3, 10, true), (4, 11, false);
