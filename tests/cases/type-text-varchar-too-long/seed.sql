INSERT INTO airlines VALUES (1, 'LH'), (2, 'LUFTHANSA'), (3, 'Air France'), (4, '');
