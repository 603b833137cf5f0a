-- title: A new enum becomes the type and default of a new column and of an old text column
-- group: harmless
-- note: The default may only follow the type.
-- before
CREATE TABLE shipments (id int PRIMARY KEY, carrier text NOT NULL DEFAULT 'dhl');
-- rows
INSERT INTO shipments SELECT n, (ARRAY['dhl', 'ups'])[n % 2 + 1] FROM generate_series(1, 10) n;
-- after
CREATE TYPE carrier AS ENUM ('dhl', 'ups');
CREATE TYPE speed AS ENUM ('slow', 'fast');
CREATE TABLE shipments (id int PRIMARY KEY, carrier carrier NOT NULL DEFAULT 'dhl', speed speed NOT NULL DEFAULT 'slow');
