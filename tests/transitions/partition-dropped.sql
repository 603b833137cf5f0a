-- title: A partition with rows goes away
-- group: data
-- needs: --force
-- rare: yes
-- before
CREATE TABLE logs (at date NOT NULL, line text) PARTITION BY RANGE (at);
CREATE TABLE logs_old PARTITION OF logs FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE logs_new PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
-- rows
INSERT INTO logs SELECT date '2023-12-20' + n, 'line ' || n FROM generate_series(1, 24) n;
-- after
CREATE TABLE logs (at date NOT NULL, line text) PARTITION BY RANGE (at);
CREATE TABLE logs_new PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
