INSERT INTO shipments SELECT n, (ARRAY['dhl', 'ups'])[n % 2 + 1] FROM generate_series(1, 10) n;
