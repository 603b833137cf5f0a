INSERT INTO seats VALUES (1, 'Ann'), (2, NULL), (3, NULL);
