INSERT INTO todos SELECT n, md5(n::text)::uuid FROM generate_series(1, 7) n;
