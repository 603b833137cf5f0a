-- title: An identity column arrives on a table without a key
-- group: harmless
-- before
CREATE TABLE visits (page text NOT NULL, at timestamptz NOT NULL);
-- rows
INSERT INTO visits SELECT '/p/' || n % 4, timestamptz '2025-01-01 00:00Z' + n * interval '1 minute' FROM generate_series(1, 30) n;
-- after
CREATE TABLE visits (page text NOT NULL, at timestamptz NOT NULL, id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
