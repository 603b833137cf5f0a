INSERT INTO surfaces VALUES (1, 'grass'), (2, 'carpet'), (3, 'carpet');
