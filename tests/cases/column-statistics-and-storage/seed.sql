INSERT INTO blobs SELECT n, repeat('b', n * 10), decode('00ff', 'hex') FROM generate_series(1, 5) n;
