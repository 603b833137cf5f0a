-- title: A partition arrives whose rows sit in the default partition already
-- group: refused
-- expect: refused
-- reason: partition
-- object: measures_2025
-- before
CREATE TABLE measures (at date NOT NULL, v int) PARTITION BY RANGE (at);
CREATE TABLE measures_rest PARTITION OF measures DEFAULT;
-- rows
INSERT INTO measures SELECT date '2024-12-28' + n, n FROM generate_series(1, 10) n;
-- after
CREATE TABLE measures (at date NOT NULL, v int) PARTITION BY RANGE (at);
CREATE TABLE measures_rest PARTITION OF measures DEFAULT;
CREATE TABLE measures_2025 PARTITION OF measures FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
