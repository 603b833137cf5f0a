INSERT INTO diaries SELECT n, md5(n::text)::uuid, repeat('dear diary ', n) FROM generate_series(1, 5) n;
