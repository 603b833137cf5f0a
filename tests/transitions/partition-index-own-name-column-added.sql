-- title: A column arrives on a partitioned table whose partitions have indexes of their own names
-- group: copied
-- before
CREATE TABLE meter (id int, at date NOT NULL, v int) PARTITION BY RANGE (at);
CREATE TABLE meter_2024 PARTITION OF meter FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE INDEX meter_by_hand ON meter_2024 (v);
CREATE INDEX meter_v ON meter (v);
-- rows
INSERT INTO meter VALUES (1, '2024-02-02', 5);
-- after
CREATE TABLE meter (id int, at date NOT NULL, v int, unit text DEFAULT 'mm') PARTITION BY RANGE (at);
CREATE TABLE meter_2024 PARTITION OF meter FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE INDEX meter_by_hand ON meter_2024 (v);
CREATE INDEX meter_v ON meter (v);
