CREATE TABLE todos (id int PRIMARY KEY, owner uuid NOT NULL, done boolean NOT NULL DEFAULT false);
ALTER TABLE todos ENABLE ROW LEVEL SECURITY;
CREATE POLICY todos_read ON todos FOR SELECT TO authenticated USING (owner = (SELECT auth.uid()));
CREATE POLICY todos_write ON todos FOR INSERT TO authenticated WITH CHECK (owner = (SELECT auth.uid()));
