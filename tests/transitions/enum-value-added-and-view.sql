-- title: A new enum value is used in a new view and a policy in the same change
-- files: 2
-- rare: yes
-- before
CREATE TYPE visibility AS ENUM ('private', 'team');
CREATE TABLE notes (id int PRIMARY KEY, seen_by visibility NOT NULL, body text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
-- rows
INSERT INTO notes SELECT n, 'team', 'note ' || n FROM generate_series(1, 6) n;
-- after
CREATE TYPE visibility AS ENUM ('private', 'team', 'public');
CREATE TABLE notes (id int PRIMARY KEY, seen_by visibility NOT NULL, body text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY notes_public ON notes FOR SELECT TO anon USING (seen_by = 'public');
CREATE VIEW public_notes WITH (security_invoker = true) AS SELECT id, body FROM notes WHERE seen_by = 'public';
