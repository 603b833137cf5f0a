-- title: A text column comes to be of a new domain
-- group: harmless
-- rare: yes
-- before
CREATE TABLE contacts (id int PRIMARY KEY, mail text NOT NULL);
-- rows
INSERT INTO contacts SELECT n, n || '@x.example' FROM generate_series(1, 8) n;
-- after
CREATE DOMAIN email_address AS text CHECK (VALUE LIKE '%@%');
CREATE TABLE contacts (id int PRIMARY KEY, mail email_address NOT NULL);
