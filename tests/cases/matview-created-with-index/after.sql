CREATE TABLE votes (id int PRIMARY KEY, song text NOT NULL);
CREATE MATERIALIZED VIEW chart AS SELECT song, count(*) AS votes FROM votes GROUP BY song;
CREATE UNIQUE INDEX chart_song_idx ON chart (song);
