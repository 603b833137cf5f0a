INSERT INTO alerts VALUES (1, '{mail,push}'), (2, '{}'), (3, '{sms}');
