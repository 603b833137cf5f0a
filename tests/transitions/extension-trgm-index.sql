-- title: The extension pg_trgm arrives with an index that uses it
-- group: harmless
-- rare: yes
-- before
CREATE TABLE songs (id int PRIMARY KEY, title text NOT NULL);
-- rows
INSERT INTO songs SELECT n, 'song number ' || n FROM generate_series(1, 12) n;
-- after
CREATE EXTENSION pg_trgm WITH SCHEMA extensions;
CREATE TABLE songs (id int PRIMARY KEY, title text NOT NULL);
CREATE INDEX songs_title_trgm_idx ON songs USING gin (title extensions.gin_trgm_ops);
