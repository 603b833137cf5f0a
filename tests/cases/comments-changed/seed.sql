INSERT INTO moods VALUES (1, 'ok'), (2, 'bad');
