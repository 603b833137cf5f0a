INSERT INTO handles VALUES (1, 'Zed'), (2, 'zed'), (3, 'Ann');
