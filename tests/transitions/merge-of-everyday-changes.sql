-- title: What one week of work brings: table, column, index, view, policy, enum and NOT NULL together
-- group: backfill
-- needs: --backfill default
-- before
CREATE TYPE match_state AS ENUM ('planned', 'played');
CREATE TABLE matches (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, home text NOT NULL, away text NOT NULL, state match_state, goals int);
CREATE VIEW played_matches AS SELECT id, home, away, goals FROM matches WHERE state = 'played';
-- rows
INSERT INTO matches (home, away, state, goals) SELECT 'home ' || n, 'away ' || n, CASE WHEN n % 3 > 0 THEN 'played'::match_state END, n % 4 FROM generate_series(1, 15) n;
-- after
CREATE TYPE match_state AS ENUM ('planned', 'played');
CREATE TABLE matches (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, home text NOT NULL, away text NOT NULL, state match_state NOT NULL DEFAULT 'planned', goals int, referee_id int, phase varchar(10) NOT NULL DEFAULT 'group' CHECK (phase IN ('group', 'final')));
CREATE TABLE referees (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE);
ALTER TABLE matches ADD CONSTRAINT matches_referee_id_fkey FOREIGN KEY (referee_id) REFERENCES referees (id);
CREATE INDEX matches_referee_id_idx ON matches (referee_id);
ALTER TABLE matches ENABLE ROW LEVEL SECURITY;
CREATE POLICY matches_read ON matches FOR SELECT TO authenticated USING (true);
CREATE VIEW played_matches AS SELECT id, home, away, goals, referee_id FROM matches WHERE state = 'played';
