-- Rows for the demo's production: the same ones every time, none from random() or now().

INSERT INTO auth.users (id, aud, role, email, created_at)
SELECT md5('player ' || n)::uuid, 'authenticated', 'authenticated', 'player' || n || '@league.example',
    timestamptz '2024-06-01 12:00:00+00' + n * interval '7 hours'
FROM generate_series(1, 60) n;

INSERT INTO users (auth_id, discord_id, username, display_name, created_at, updated_at)
SELECT CASE WHEN n <= 60 THEN md5('player ' || n)::uuid END,
    (100000000000000000 + n * 7919)::text,
    'player' || n,
    CASE WHEN n % 5 <> 0 THEN 'Player ' || n END,
    timestamptz '2024-06-01 12:00:00+00' + n * interval '7 hours',
    timestamptz '2024-06-01 12:00:00+00' + n * interval '7 hours'
FROM generate_series(1, 120) n;

-- Leagues made before the status was introduced hold NULL: 7 of 24.
INSERT INTO leagues (owner_id, name, season, format, status, max_teams, entry_fee, created_at)
SELECT n * 5,
    (ARRAY['Gridiron', 'Sunday Ticket', 'Red Zone', 'Hail Mary', 'Fourth Down', 'Blitz', 'Endzone', 'Two Minute Drill'])[1 + n % 8] || ' League',
    2022 + (n - 1) / 8,
    (ARRAY['redraft', 'keeper', 'dynasty'])[1 + n % 3]::league_format,
    CASE WHEN n <= 7 THEN NULL WHEN n <= 16 THEN 'finished' ELSE 'active' END,
    10,
    (n % 4) * 25,
    timestamptz '2022-08-01 18:00:00+00' + ((n - 1) / 8) * interval '1 year' + n * interval '3 hours'
FROM generate_series(1, 24) n;

INSERT INTO teams (league_id, user_id, name, budget, updated_at)
SELECT l.id,
    1 + (l.id * 17 + place * 8) % 120,
    (ARRAY['Foxes', 'Ravens', 'Comets', 'Pirates', 'Giants', 'Owls', 'Sharks', 'Bisons', 'Hornets', 'Wolves'])[place] || ' ' || l.id,
    100 - (l.id * 13 + place * 29) % 90,
    l.created_at
FROM leagues l, generate_series(1, 10) place
ORDER BY l.id, place;

INSERT INTO weekly_scores (team_id, week, points, bench_points)
SELECT t.id, week,
    70 + ((t.id * 7919 + week * 104729) % 8000) / 100.0,
    10 + ((t.id * 6151 + week * 3571) % 4000) / 100.0
FROM teams t, generate_series(1, 14) week
ORDER BY t.id, week;

INSERT INTO transactions (team_id, week, kind, player, bid, details, created_at)
SELECT 1 + (n * 37) % 240,
    1 + n % 14,
    k.kind,
    'Rookie ' || 1 + (n * 53) % 180,
    CASE WHEN k.kind = 'waiver' THEN 1 + (n * 11) % 40 END,
    CASE WHEN k.kind = 'trade' THEN jsonb_build_object('with_team', 1 + (n * 37 + 5) % 240, 'round', 1 + n % 3) ELSE '{}' END,
    timestamptz '2024-09-05 20:00:00+00' + n * interval '3 hours'
FROM generate_series(1, 900) n
    CROSS JOIN LATERAL (SELECT (ARRAY['add', 'drop', 'trade', 'waiver'])[1 + n % 4]::transaction_kind AS kind) k
ORDER BY n;
