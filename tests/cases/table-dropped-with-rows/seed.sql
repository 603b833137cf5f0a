INSERT INTO old_stats (player, points) SELECT 'player ' || n, n * 1.5 FROM generate_series(1, 30) n;
