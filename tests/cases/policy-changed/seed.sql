INSERT INTO files SELECT n, md5(n::text)::uuid, n % 2 = 0 FROM generate_series(1, 6) n;
