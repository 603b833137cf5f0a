INSERT INTO avatars SELECT n, 'a/' || n FROM generate_series(1, 4) n;
