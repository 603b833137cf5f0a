-- title: A table goes with its statistics
-- group: tables
-- flags: --force --backfill default
-- before
CREATE TABLE grain (x int, y int);
CREATE STATISTICS grain_xy ON x, y FROM grain;
-- rows
INSERT INTO grain VALUES (1, 2);
-- after
