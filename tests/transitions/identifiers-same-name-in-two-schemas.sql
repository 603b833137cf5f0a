-- title: Tables of one name in two schemas: only the other one changes
-- group: harmless
-- rare: yes
-- before
CREATE SCHEMA "Other";
CREATE TABLE items (id int PRIMARY KEY, v text);
CREATE TABLE "Other".items (id int PRIMARY KEY, v text);
-- rows
INSERT INTO items SELECT n, NULL FROM generate_series(1, 3) n;
INSERT INTO "Other".items SELECT n, 'v' || n FROM generate_series(1, 5) n;
-- after
CREATE SCHEMA "Other";
CREATE TABLE items (id int PRIMARY KEY, v text);
CREATE TABLE "Other".items (id int PRIMARY KEY, v text NOT NULL, w int GENERATED ALWAYS AS (length(v)) STORED);
CREATE INDEX items_v_idx ON "Other".items (v);
