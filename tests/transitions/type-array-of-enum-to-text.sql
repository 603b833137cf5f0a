-- title: An array of an enum becomes text[] and the enum goes away
-- group: objects
-- needs: --force
-- note: The bare diff's rollback names channel[] before it creates the type: order to be repaired.
-- before
CREATE TYPE channel AS ENUM ('mail', 'push', 'sms');
CREATE TABLE alerts (id int PRIMARY KEY, channels channel[] NOT NULL DEFAULT '{}');
-- rows
INSERT INTO alerts VALUES (1, '{mail,push}'), (2, '{}'), (3, '{sms}');
-- after
CREATE TABLE alerts (id int PRIMARY KEY, channels text[] NOT NULL DEFAULT '{}');
