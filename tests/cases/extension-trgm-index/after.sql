CREATE EXTENSION pg_trgm WITH SCHEMA extensions;
CREATE TABLE songs (id int PRIMARY KEY, title text NOT NULL);
CREATE INDEX songs_title_trgm_idx ON songs USING gin (title extensions.gin_trgm_ops);
