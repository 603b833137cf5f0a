-- The schema of the fantasy league. This file decides: edit it, then run `just db-sync`.

CREATE TYPE league_status AS ENUM ('draft', 'active', 'finished');

CREATE TABLE users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    discord_id text NOT NULL UNIQUE,
    display_name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE leagues (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    season integer NOT NULL CHECK (season BETWEEN 2000 AND 2100),
    status league_status NOT NULL DEFAULT 'draft',
    owner_id uuid NOT NULL REFERENCES users (id),
    UNIQUE (name, season)
);

CREATE TABLE teams (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    league_id bigint NOT NULL REFERENCES leagues (id) ON DELETE CASCADE,
    owner_id uuid NOT NULL REFERENCES users (id),
    name text NOT NULL,
    UNIQUE (league_id, name)
);

CREATE INDEX idx_teams_owner_id ON teams (owner_id);

CREATE TABLE weekly_scores (
    team_id bigint NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    week smallint NOT NULL CHECK (week BETWEEN 1 AND 18),
    points numeric(6, 2) NOT NULL DEFAULT 0,
    PRIMARY KEY (team_id, week)
);

CREATE INDEX idx_weekly_scores_week ON weekly_scores (week);

CREATE VIEW standings AS
SELECT
    teams.league_id,
    teams.id AS team_id,
    teams.name AS team_name,
    count(weekly_scores.week)::integer AS weeks_played,
    coalesce(sum(weekly_scores.points), 0)::numeric(8, 2) AS total_points
FROM teams
LEFT JOIN weekly_scores ON weekly_scores.team_id = teams.id
GROUP BY teams.id;

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE leagues ENABLE ROW LEVEL SECURITY;
ALTER TABLE teams ENABLE ROW LEVEL SECURITY;
ALTER TABLE weekly_scores ENABLE ROW LEVEL SECURITY;

CREATE POLICY "Everybody may read scores" ON weekly_scores FOR SELECT USING (true);
