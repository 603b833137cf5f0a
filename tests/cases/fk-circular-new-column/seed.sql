INSERT INTO departments SELECT n, NULL FROM generate_series(1, 3) n;
INSERT INTO employees SELECT n, n % 3 + 1 FROM generate_series(1, 9) n;
UPDATE departments d SET head_id = d.id + 2;
