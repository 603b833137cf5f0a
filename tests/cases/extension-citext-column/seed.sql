INSERT INTO logins SELECT n, 'User' || n FROM generate_series(1, 8) n;
