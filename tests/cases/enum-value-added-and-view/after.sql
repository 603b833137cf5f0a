CREATE TYPE visibility AS ENUM ('private', 'team', 'public');
CREATE TABLE notes (id int PRIMARY KEY, seen_by visibility NOT NULL, body text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY notes_public ON notes FOR SELECT TO anon USING (seen_by = 'public');
CREATE VIEW public_notes WITH (security_invoker = true) AS SELECT id, body FROM notes WHERE seen_by = 'public';
