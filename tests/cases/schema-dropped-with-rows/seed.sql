INSERT INTO legacy.customers SELECT n, 'old ' || n FROM generate_series(1, 6) n;
INSERT INTO kept VALUES (1);
