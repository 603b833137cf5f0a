CREATE SCHEMA "Other";
CREATE TABLE items (id int PRIMARY KEY, v text);
CREATE TABLE "Other".items (id int PRIMARY KEY, v text NOT NULL, w int GENERATED ALWAYS AS (length(v)) STORED);
CREATE INDEX items_v_idx ON "Other".items (v);
