-- title: A partition's index has a name of its own, which an unrelated change leaves alone
-- group: copied
-- before
CREATE TABLE gauge (id int, at date NOT NULL, v int) PARTITION BY RANGE (at);
CREATE TABLE gauge_2024 PARTITION OF gauge FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE INDEX gauge_by_hand ON gauge_2024 (v);
CREATE INDEX gauge_v ON gauge (v);
-- rows
INSERT INTO gauge VALUES (1, '2024-02-02', 5), (2, '2024-03-03', NULL);
-- after
CREATE TABLE gauge (id int, at date NOT NULL, v int) PARTITION BY RANGE (at);
CREATE TABLE gauge_2024 PARTITION OF gauge FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE INDEX gauge_by_hand ON gauge_2024 (v);
CREATE INDEX gauge_v ON gauge (v);
CREATE TABLE gauge_note (id int PRIMARY KEY, body text);
