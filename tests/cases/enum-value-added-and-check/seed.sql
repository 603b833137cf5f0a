INSERT INTO tenants SELECT n, (ARRAY['free', 'paid'])[n % 2 + 1]::plan, n FROM generate_series(1, 8) n;
