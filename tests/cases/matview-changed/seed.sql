INSERT INTO hits SELECT n, '/u' || n % 5, n * 3 FROM generate_series(1, 20) n;
REFRESH MATERIALIZED VIEW hit_stats;
