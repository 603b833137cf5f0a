-- title: Two indexes of a partitioned table are on the same column; a table beside it changes
-- group: copied
-- before
CREATE TABLE beat (id int, at date NOT NULL, kind text) PARTITION BY RANGE (at);
CREATE TABLE beat_2024 PARTITION OF beat FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE INDEX z_beat ON beat (kind) WHERE kind IS NOT NULL;
CREATE INDEX a_beat ON beat (kind);
CREATE TABLE beat_other (id int PRIMARY KEY);
-- rows
INSERT INTO beat VALUES (1, '2024-02-02', 'x');
-- after
CREATE TABLE beat (id int, at date NOT NULL, kind text) PARTITION BY RANGE (at);
CREATE TABLE beat_2024 PARTITION OF beat FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE INDEX z_beat ON beat (kind) WHERE kind IS NOT NULL;
CREATE INDEX a_beat ON beat (kind);
CREATE TABLE beat_other (id int PRIMARY KEY, note text);
