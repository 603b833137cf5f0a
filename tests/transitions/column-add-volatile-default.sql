-- title: A column with a volatile default rewrites the table, a value for each row
-- group: harmless
-- rare: yes
-- before
CREATE TABLE devices (serial_no text PRIMARY KEY);
-- rows
INSERT INTO devices SELECT 'SN-' || n FROM generate_series(1, 15) n;
-- after
CREATE TABLE devices (serial_no text PRIMARY KEY, token uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE);
