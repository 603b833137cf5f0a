-- title: Row security is switched on, with policies for reading and writing
-- group: harmless
-- rare: yes
-- before
CREATE TABLE todos (id int PRIMARY KEY, owner uuid NOT NULL, done boolean NOT NULL DEFAULT false);
-- rows
INSERT INTO todos SELECT n, md5(n::text)::uuid FROM generate_series(1, 7) n;
-- after
CREATE TABLE todos (id int PRIMARY KEY, owner uuid NOT NULL, done boolean NOT NULL DEFAULT false);
ALTER TABLE todos ENABLE ROW LEVEL SECURITY;
CREATE POLICY todos_read ON todos FOR SELECT TO authenticated USING (owner = (SELECT auth.uid()));
CREATE POLICY todos_write ON todos FOR INSERT TO authenticated WITH CHECK (owner = (SELECT auth.uid()));
