-- Fantasy leagues: the state the database should have. Change it here, then run: supasync sync

CREATE TYPE league_format AS ENUM ('redraft', 'keeper', 'dynasty');
CREATE TYPE transaction_kind AS ENUM ('add', 'drop', 'trade', 'waiver');

CREATE TABLE users (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    auth_id     uuid UNIQUE REFERENCES auth.users (id) ON DELETE SET NULL,
    discord_id  text NOT NULL,
    username    text NOT NULL UNIQUE,
    display_name text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON COLUMN users.auth_id IS 'Set once the player has signed in on the web; Discord-only players have none.';

CREATE TABLE leagues (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    owner_id    bigint NOT NULL REFERENCES users (id),
    name        text NOT NULL,
    season      integer NOT NULL,
    format      league_format NOT NULL DEFAULT 'redraft',
    status      text NOT NULL DEFAULT '',
    max_teams   integer NOT NULL DEFAULT 10,
    entry_fee   numeric(8,2) NOT NULL DEFAULT 0,
    created_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT leagues_name_season_key UNIQUE (name, season),
    CONSTRAINT leagues_max_teams_check CHECK (max_teams BETWEEN 4 AND 20)
);

CREATE TABLE teams (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    league_id   bigint NOT NULL REFERENCES leagues (id) ON DELETE CASCADE,
    user_id     bigint NOT NULL REFERENCES users (id),
    name        text NOT NULL,
    budget      numeric(8,2) NOT NULL DEFAULT 100,
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT teams_league_user_key UNIQUE (league_id, user_id)
);
COMMENT ON TABLE teams IS 'One entry of a user in a league.';

CREATE TABLE weekly_scores (
    team_id       bigint NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    week          smallint NOT NULL,
    points        numeric(6,2) NOT NULL,
    bench_points  numeric(6,2) NOT NULL DEFAULT 0,
    total_points  numeric(7,2) GENERATED ALWAYS AS (points + bench_points) STORED,
    PRIMARY KEY (team_id, week),
    CONSTRAINT weekly_scores_week_check CHECK (week BETWEEN 1 AND 18)
);

CREATE TABLE transactions (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    team_id     bigint NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    week        smallint NOT NULL,
    kind        transaction_kind NOT NULL,
    player      text NOT NULL,
    bid         numeric(8,2),
    details     jsonb NOT NULL DEFAULT '{}',
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX idx_users_discord_id ON users (discord_id);
CREATE INDEX idx_teams_user_id ON teams (user_id);
CREATE INDEX idx_weekly_scores_week_points ON weekly_scores (week, points DESC);
CREATE INDEX idx_transactions_team_id_week ON transactions (team_id, week);
CREATE INDEX idx_transactions_waiver_bid ON transactions (bid DESC) WHERE kind = 'waiver';

CREATE FUNCTION touch_updated_at() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = ''
AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END;
$$;

CREATE TRIGGER users_touch_updated_at BEFORE UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER teams_touch_updated_at BEFORE UPDATE ON teams
    FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE FUNCTION is_league_member(league bigint) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = ''
AS $$
    SELECT EXISTS (
        SELECT FROM public.teams t
        JOIN public.users u ON u.id = t.user_id
        WHERE t.league_id = league AND u.auth_id = auth.uid()
    )
$$;

CREATE VIEW league_standings WITH (security_invoker = true) AS
SELECT l.id AS league_id,
    l.name AS league,
    l.season,
    t.id AS team_id,
    t.name AS team,
    sum(s.points) AS points,
    rank() OVER (PARTITION BY l.id ORDER BY sum(s.points) DESC) AS place
FROM leagues l
    JOIN teams t ON t.league_id = l.id
    JOIN weekly_scores s ON s.team_id = t.id
GROUP BY l.id, t.id;

CREATE VIEW career_stats WITH (security_invoker = true) AS WITH scores AS (
    SELECT t.user_id,
        t.league_id,
        l.season,
        l.format,
        s.team_id,
        s.week,
        s.points,
        s.bench_points,
        rank() OVER (PARTITION BY t.league_id, s.week ORDER BY s.points DESC) AS week_place,
        count(*) OVER (PARTITION BY t.league_id, s.week) AS week_teams,
        avg(s.points) OVER (PARTITION BY t.league_id, s.week) AS week_average,
        lag(s.points) OVER (PARTITION BY s.team_id ORDER BY s.week) AS previous_points
    FROM weekly_scores s
        JOIN teams t ON t.id = s.team_id
        JOIN leagues l ON l.id = t.league_id
), seasons AS (
    SELECT scores.user_id,
        scores.league_id,
        scores.season,
        scores.format,
        scores.team_id,
        count(*) AS weeks,
        sum(scores.points) AS points,
        sum(scores.bench_points) AS bench_points,
        max(scores.points) AS best_week,
        min(scores.points) AS worst_week,
        avg(scores.points) AS average_week,
        stddev_samp(scores.points) AS deviation,
        sum(scores.week_teams - scores.week_place) AS all_play_wins,
        sum(scores.week_place - 1) AS all_play_losses,
        count(*) FILTER (WHERE scores.week_place = 1) AS weeks_won,
        count(*) FILTER (WHERE scores.week_place <= 3) AS weeks_top_three,
        count(*) FILTER (WHERE scores.week_place = scores.week_teams) AS weeks_last,
        count(*) FILTER (WHERE scores.points > scores.week_average) AS weeks_above_average,
        count(*) FILTER (WHERE scores.points > scores.previous_points) AS weeks_improved
    FROM scores
    GROUP BY scores.user_id, scores.league_id, scores.season, scores.format, scores.team_id
), placed AS (
    SELECT seasons.user_id,
        seasons.league_id,
        seasons.season,
        seasons.format,
        seasons.team_id,
        seasons.weeks,
        seasons.points,
        seasons.bench_points,
        seasons.best_week,
        seasons.worst_week,
        seasons.average_week,
        seasons.deviation,
        seasons.all_play_wins,
        seasons.all_play_losses,
        seasons.weeks_won,
        seasons.weeks_top_three,
        seasons.weeks_last,
        seasons.weeks_above_average,
        seasons.weeks_improved,
        rank() OVER (PARTITION BY seasons.league_id ORDER BY seasons.points DESC) AS final_place,
        count(*) OVER (PARTITION BY seasons.league_id) AS league_size
    FROM seasons
), moves AS (
    SELECT t.user_id,
        count(*) AS total,
        count(*) FILTER (WHERE x.kind = 'add'::transaction_kind) AS adds,
        count(*) FILTER (WHERE x.kind = 'drop'::transaction_kind) AS drops,
        count(*) FILTER (WHERE x.kind = 'trade'::transaction_kind) AS trades,
        count(*) FILTER (WHERE x.kind = 'waiver'::transaction_kind) AS waivers,
        sum(x.bid) AS bids,
        max(x.bid) AS highest_bid,
        max(x.created_at) AS last_move_at
    FROM transactions x
        JOIN teams t ON t.id = x.team_id
    GROUP BY t.user_id
), fees AS (
    SELECT t.user_id,
        count(DISTINCT l.id) AS leagues,
        sum(l.entry_fee) AS paid,
        sum(t.budget) AS budget_left
    FROM teams t
        JOIN leagues l ON l.id = t.league_id
    GROUP BY t.user_id
), careers AS (
    SELECT placed.user_id,
        count(*) AS entries,
        count(DISTINCT placed.season) AS seasons,
        min(placed.season) AS first_season,
        max(placed.season) AS last_season,
        count(*) FILTER (WHERE placed.format = 'redraft'::league_format) AS redraft_entries,
        count(*) FILTER (WHERE placed.format = 'keeper'::league_format) AS keeper_entries,
        count(*) FILTER (WHERE placed.format = 'dynasty'::league_format) AS dynasty_entries,
        sum(placed.weeks) AS weeks,
        sum(placed.points) AS points,
        sum(placed.bench_points) AS bench_points,
        max(placed.best_week) AS best_week,
        min(placed.worst_week) AS worst_week,
        avg(placed.average_week) AS average_week,
        avg(placed.deviation) AS deviation,
        sum(placed.all_play_wins) AS all_play_wins,
        sum(placed.all_play_losses) AS all_play_losses,
        sum(placed.weeks_won) AS weeks_won,
        sum(placed.weeks_top_three) AS weeks_top_three,
        sum(placed.weeks_last) AS weeks_last,
        sum(placed.weeks_above_average) AS weeks_above_average,
        sum(placed.weeks_improved) AS weeks_improved,
        count(*) FILTER (WHERE placed.final_place = 1) AS titles,
        count(*) FILTER (WHERE placed.final_place <= 3) AS podiums,
        count(*) FILTER (WHERE placed.final_place = placed.league_size) AS last_places,
        min(placed.final_place) AS best_finish,
        avg(placed.final_place) AS average_finish
    FROM placed
    GROUP BY placed.user_id
)
SELECT u.id AS user_id,
    u.discord_id,
    u.username,
    COALESCE(u.display_name, u.username) AS display_name,
    c.entries,
    c.seasons,
    c.first_season,
    c.last_season,
    c.redraft_entries,
    c.keeper_entries,
    c.dynasty_entries,
    c.weeks,
    c.points,
    c.bench_points,
    round(c.points / c.weeks, 2) AS points_per_week,
    round(100.0 * c.points / (c.points + c.bench_points), 1) AS lineup_efficiency,
    c.best_week,
    c.worst_week,
    round(c.average_week, 2) AS average_week,
    round(c.deviation, 2) AS deviation,
    c.all_play_wins,
    c.all_play_losses,
    round(100.0 * c.all_play_wins / (c.all_play_wins + c.all_play_losses), 1) AS all_play_percent,
    c.weeks_won,
    c.weeks_top_three,
    c.weeks_last,
    c.weeks_above_average,
    c.weeks_improved,
    c.titles,
    c.podiums,
    c.last_places,
    c.best_finish,
    round(c.average_finish, 1) AS average_finish,
    COALESCE(m.total, 0::bigint) AS moves,
    COALESCE(m.adds, 0::bigint) AS adds,
    COALESCE(m.drops, 0::bigint) AS drops,
    COALESCE(m.trades, 0::bigint) AS trades,
    COALESCE(m.waivers, 0::bigint) AS waivers,
    COALESCE(m.bids, 0::numeric) AS bids,
    m.highest_bid,
    m.last_move_at,
    f.leagues,
    f.paid,
    f.budget_left
FROM users u
    JOIN careers c ON c.user_id = u.id
    JOIN fees f ON f.user_id = u.id
    LEFT JOIN moves m ON m.user_id = u.id;

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE leagues ENABLE ROW LEVEL SECURITY;
ALTER TABLE teams ENABLE ROW LEVEL SECURITY;
ALTER TABLE weekly_scores ENABLE ROW LEVEL SECURITY;
ALTER TABLE transactions ENABLE ROW LEVEL SECURITY;

CREATE POLICY users_read ON users FOR SELECT TO authenticated USING (true);
CREATE POLICY users_update_self ON users FOR UPDATE TO authenticated
    USING (auth_id = auth.uid()) WITH CHECK (auth_id = auth.uid());
CREATE POLICY leagues_read ON leagues FOR SELECT TO authenticated
    USING (is_league_member(id));
CREATE POLICY teams_read ON teams FOR SELECT TO authenticated
    USING (is_league_member(league_id));
CREATE POLICY teams_rename_own ON teams FOR UPDATE TO authenticated
    USING (user_id = (SELECT u.id FROM users u WHERE u.auth_id = auth.uid()));
CREATE POLICY weekly_scores_read ON weekly_scores FOR SELECT TO authenticated
    USING (EXISTS (SELECT FROM teams t WHERE t.id = team_id AND is_league_member(t.league_id)));
CREATE POLICY transactions_read ON transactions FOR SELECT TO authenticated
    USING (EXISTS (SELECT FROM teams t WHERE t.id = team_id AND is_league_member(t.league_id)));
