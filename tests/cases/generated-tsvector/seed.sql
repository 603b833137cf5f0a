INSERT INTO recipes SELECT n, 'Soup ' || n, 'Boil ' || n || ' minutes' FROM generate_series(1, 6) n;
