-- title: A column goes that statistics are about, and statistics on fewer columns stay
-- group: tables
-- flags: --force --backfill default
-- before
CREATE TABLE silt (id int PRIMARY KEY, a int, b int, c int);
CREATE STATISTICS silt_two ON b, c FROM silt;
CREATE STATISTICS silt_three (ndistinct) ON a, b, c FROM silt;
COMMENT ON STATISTICS silt_three IS 'why';
-- rows
INSERT INTO silt VALUES (1, 2, 3, 4), (2, 3, 4, 5);
-- after
CREATE TABLE silt (id int PRIMARY KEY, a int, c int);
CREATE STATISTICS silt_three (ndistinct) ON a, c FROM silt;
COMMENT ON STATISTICS silt_three IS 'why';
