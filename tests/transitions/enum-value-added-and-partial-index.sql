CREATE TYPE phase AS ENUM ('draft', 'live');
CREATE TABLE campaigns (id int PRIMARY KEY, phase phase NOT NULL);
