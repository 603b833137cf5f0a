INSERT INTO memberships SELECT n, n, n % 3 FROM generate_series(1, 12) n;
