INSERT INTO events SELECT n, date '2024-01-01' + n::int, 'event ' || n FROM generate_series(1, 20) n;
