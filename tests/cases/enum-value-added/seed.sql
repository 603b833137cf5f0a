INSERT INTO orders SELECT n, (ARRAY['new', 'sent'])[n % 2 + 1]::order_state FROM generate_series(1, 12) n;
