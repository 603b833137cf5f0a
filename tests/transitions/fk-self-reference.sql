-- title: A table comes to refer to itself, rows form a tree
-- group: harmless
-- rare: yes
-- before
CREATE TABLE folders (id int PRIMARY KEY, parent_id int, name text NOT NULL);
-- rows
INSERT INTO folders SELECT n, CASE WHEN n > 1 THEN n / 2 END, 'folder ' || n FROM generate_series(1, 15) n;
-- after
CREATE TABLE folders (id int PRIMARY KEY, parent_id int REFERENCES folders (id) ON DELETE CASCADE, name text NOT NULL, CONSTRAINT folders_parent_name_key UNIQUE (parent_id, name));
