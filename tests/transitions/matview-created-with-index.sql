-- title: A materialized view with a unique index arrives
-- group: harmless
-- rare: yes
-- before
CREATE TABLE votes (id int PRIMARY KEY, song text NOT NULL);
-- rows
INSERT INTO votes SELECT n, 'song ' || n % 4 FROM generate_series(1, 20) n;
-- after
CREATE TABLE votes (id int PRIMARY KEY, song text NOT NULL);
CREATE MATERIALIZED VIEW chart AS SELECT song, count(*) AS votes FROM votes GROUP BY song;
CREATE UNIQUE INDEX chart_song_idx ON chart (song);
