INSERT INTO addresses VALUES (1, '10115'), (2, 'EC1A 1BB'), (3, NULL);
