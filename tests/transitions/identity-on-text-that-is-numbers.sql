-- title: A text column that holds numbers becomes an identity
-- group: conversions
-- flags: --force --backfill default
-- before
CREATE TABLE vendor (id text NOT NULL, label text);
-- rows
INSERT INTO vendor VALUES ('7', 'a'), ('12', 'b');
-- after
CREATE TABLE vendor (id int NOT NULL GENERATED ALWAYS AS IDENTITY, label text);
