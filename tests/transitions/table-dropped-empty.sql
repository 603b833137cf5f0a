-- title: A table without rows goes away
-- group: data
-- needs: --force
-- rare: yes
-- note: Destructive by kind, harmless by content.
-- before
CREATE TABLE drafts (id int PRIMARY KEY, body text);
CREATE TABLE finals (id int PRIMARY KEY);
-- rows
INSERT INTO finals SELECT generate_series(1, 3);
-- after
CREATE TABLE finals (id int PRIMARY KEY);
