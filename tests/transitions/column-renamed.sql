-- title: A column changes its name
-- group: data
-- needs: --force
-- rare: yes
-- note: The diff drops and adds. Once renames are asked for, it keeps its values.
-- before
CREATE TABLE singers (id int PRIMARY KEY, voice text NOT NULL DEFAULT 'alto');
-- rows
INSERT INTO singers SELECT n, (ARRAY['alto', 'bass'])[n % 2 + 1] FROM generate_series(1, 6) n;
-- after
CREATE TABLE singers (id int PRIMARY KEY, register text NOT NULL DEFAULT 'alto');
