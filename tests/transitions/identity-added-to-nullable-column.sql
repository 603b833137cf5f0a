-- title: A nullable column becomes an identity: NOT NULL has to come first
-- group: harmless
-- before
CREATE TABLE lockers (code text PRIMARY KEY, number int);
-- rows
INSERT INTO lockers SELECT 'L' || n, n FROM generate_series(1, 6) n;
-- after
CREATE TABLE lockers (code text PRIMARY KEY, number int NOT NULL GENERATED ALWAYS AS IDENTITY);
