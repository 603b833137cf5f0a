INSERT INTO items SELECT n, NULL FROM generate_series(1, 3) n;
INSERT INTO "Other".items SELECT n, 'v' || n FROM generate_series(1, 5) n;
