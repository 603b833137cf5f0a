CREATE TABLE visits (page text NOT NULL, at timestamptz NOT NULL);
