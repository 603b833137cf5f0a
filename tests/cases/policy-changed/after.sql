CREATE TABLE files (id int PRIMARY KEY, owner uuid, shared boolean NOT NULL);
ALTER TABLE files ENABLE ROW LEVEL SECURITY;
CREATE POLICY files_read ON files FOR SELECT TO authenticated, anon USING (shared OR owner = auth.uid());
CREATE POLICY files_limit ON files AS RESTRICTIVE FOR DELETE TO authenticated USING (NOT shared);
