INSERT INTO matches (home, away, state, goals) SELECT 'home ' || n, 'away ' || n, CASE WHEN n % 3 > 0 THEN 'played'::match_state END, n % 4 FROM generate_series(1, 15) n;
