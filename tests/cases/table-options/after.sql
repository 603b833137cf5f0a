CREATE TABLE queue (id int PRIMARY KEY, payload jsonb) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE queue REPLICA IDENTITY FULL;
