INSERT INTO accounts VALUES (1, 'a@x.example'), (2, 'b@x.example'), (3, 'a@x.example'), (4, NULL), (5, NULL);
