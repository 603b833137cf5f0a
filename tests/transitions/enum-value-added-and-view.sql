CREATE TYPE visibility AS ENUM ('private', 'team');
CREATE TABLE notes (id int PRIMARY KEY, seen_by visibility NOT NULL, body text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
