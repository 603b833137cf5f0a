INSERT INTO meetings SELECT n, timestamp '2025-02-01 08:00' + n * interval '90 minutes' FROM generate_series(1, 10) n;
