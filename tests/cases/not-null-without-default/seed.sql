INSERT INTO riders VALUES (1, 'A-100'), (2, NULL), (3, NULL);
