-- title: Fill factor, autovacuum settings and replica identity change
-- group: harmless
-- rare: yes
-- before
CREATE TABLE queue (id int PRIMARY KEY, payload jsonb);
-- rows
INSERT INTO queue SELECT n, jsonb_build_object('n', n) FROM generate_series(1, 6) n;
-- after
CREATE TABLE queue (id int PRIMARY KEY, payload jsonb) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE queue REPLICA IDENTITY FULL;
