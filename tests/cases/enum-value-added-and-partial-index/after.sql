CREATE TYPE phase AS ENUM ('draft', 'live', 'archived');
CREATE TABLE campaigns (id int PRIMARY KEY, phase phase NOT NULL, is_archived boolean GENERATED ALWAYS AS (phase = 'archived') STORED);
CREATE INDEX campaigns_archived_idx ON campaigns (id) WHERE phase = 'archived';
