-- title: Policies change their roles, command, kind and expression
-- group: harmless
-- before
CREATE TABLE files (id int PRIMARY KEY, owner uuid, shared boolean NOT NULL);
ALTER TABLE files ENABLE ROW LEVEL SECURITY;
CREATE POLICY files_read ON files FOR SELECT TO authenticated USING (owner = auth.uid());
CREATE POLICY files_limit ON files FOR ALL TO authenticated USING (true);
-- rows
INSERT INTO files SELECT n, md5(n::text)::uuid, n % 2 = 0 FROM generate_series(1, 6) n;
-- after
CREATE TABLE files (id int PRIMARY KEY, owner uuid, shared boolean NOT NULL);
ALTER TABLE files ENABLE ROW LEVEL SECURITY;
CREATE POLICY files_read ON files FOR SELECT TO authenticated, anon USING (shared OR owner = auth.uid());
CREATE POLICY files_limit ON files AS RESTRICTIVE FOR DELETE TO authenticated USING (NOT shared);
