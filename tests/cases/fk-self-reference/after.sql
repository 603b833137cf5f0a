CREATE TABLE folders (id int PRIMARY KEY, parent_id int REFERENCES folders (id) ON DELETE CASCADE, name text NOT NULL, CONSTRAINT folders_parent_name_key UNIQUE (parent_id, name));
