-- title: A table with rows moves to another schema
-- group: data
-- needs: --force
-- rare: yes
-- note: The diff drops and re-creates it. Once renames and moves are asked for, it keeps its rows.
-- before
CREATE SCHEMA archive;
CREATE TABLE reports (id int PRIMARY KEY, body text);
-- rows
INSERT INTO reports SELECT n, 'report ' || n FROM generate_series(1, 6) n;
-- after
CREATE SCHEMA archive;
CREATE TABLE archive.reports (id int PRIMARY KEY, body text);
