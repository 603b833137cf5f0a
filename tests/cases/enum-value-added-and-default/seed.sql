INSERT INTO staff SELECT n, 'member' FROM generate_series(1, 7) n;
