CREATE TABLE files (id int PRIMARY KEY, owner uuid, shared boolean NOT NULL);
ALTER TABLE files ENABLE ROW LEVEL SECURITY;
CREATE POLICY files_read ON files FOR SELECT TO authenticated USING (owner = auth.uid());
CREATE POLICY files_limit ON files FOR ALL TO authenticated USING (true);
