-- title: A unique index on lower(email) arrives while two rows differ only in case
-- group: refused
-- expect: refused
-- reason: duplicate
-- object: people_email_lower_idx
-- rare: yes
-- before
CREATE TABLE people (id int PRIMARY KEY, email text NOT NULL, gone boolean NOT NULL DEFAULT false);
-- rows
INSERT INTO people VALUES (1, 'Ann@x.example', false), (2, 'ann@x.example', false), (3, 'bob@x.example', true), (4, 'BOB@x.example', true);
-- after
CREATE TABLE people (id int PRIMARY KEY, email text NOT NULL, gone boolean NOT NULL DEFAULT false);
CREATE UNIQUE INDEX people_email_lower_idx ON people (lower(email)) WHERE NOT gone;
