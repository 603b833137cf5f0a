CREATE TYPE match_state AS ENUM ('planned', 'played');
CREATE TABLE matches (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, home text NOT NULL, away text NOT NULL, state match_state, goals int);
CREATE VIEW played_matches AS SELECT id, home, away, goals FROM matches WHERE state = 'played';
