INSERT INTO answers VALUES (1, '42'), (2, 'n/a'), (3, NULL);
