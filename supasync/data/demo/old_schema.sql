-- Fantasy leagues: what production runs today.

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
    status      text,
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
