INSERT INTO vaults VALUES (1, 'x'), (2, 'y');
INSERT INTO notices VALUES (1, 'hello');
