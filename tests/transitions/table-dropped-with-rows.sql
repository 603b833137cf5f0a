-- title: A table with rows, an identity, an index and a policy goes away
-- group: data
-- needs: --force
-- rare: yes
-- before
CREATE TABLE old_stats (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, player text NOT NULL, points numeric(6,2), doubled numeric(8,2) GENERATED ALWAYS AS (points * 2) STORED);
CREATE INDEX old_stats_player_idx ON old_stats (player);
ALTER TABLE old_stats ENABLE ROW LEVEL SECURITY;
CREATE POLICY old_stats_read ON old_stats FOR SELECT USING (true);
CREATE TABLE new_stats (id int PRIMARY KEY);
-- rows
INSERT INTO old_stats (player, points) SELECT 'player ' || n, n * 1.5 FROM generate_series(1, 30) n;
-- after
CREATE TABLE new_stats (id int PRIMARY KEY);
