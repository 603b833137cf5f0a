-- title: A new enum value is used in a partial index and a generated column in the same change
-- files: 2
-- rare: yes
-- before
CREATE TYPE phase AS ENUM ('draft', 'live');
CREATE TABLE campaigns (id int PRIMARY KEY, phase phase NOT NULL);
-- rows
INSERT INTO campaigns SELECT n, (ARRAY['draft', 'live'])[n % 2 + 1]::phase FROM generate_series(1, 8) n;
-- after
CREATE TYPE phase AS ENUM ('draft', 'live', 'archived');
CREATE TABLE campaigns (id int PRIMARY KEY, phase phase NOT NULL, is_archived boolean GENERATED ALWAYS AS (phase = 'archived') STORED);
CREATE INDEX campaigns_archived_idx ON campaigns (id) WHERE phase = 'archived';
