-- title: A partitioned table has a CHECK that was never validated; a column arrives on it
-- group: copied
-- before
CREATE TABLE visit (id int, v int) PARTITION BY RANGE (id);
CREATE TABLE visit_a PARTITION OF visit FOR VALUES FROM (0) TO (100);
ALTER TABLE visit ADD CONSTRAINT visit_check CHECK (v > 0) NOT VALID;
-- rows
INSERT INTO visit VALUES (1, 5);
-- after
CREATE TABLE visit (id int, v int, note text) PARTITION BY RANGE (id);
CREATE TABLE visit_a PARTITION OF visit FOR VALUES FROM (0) TO (100);
ALTER TABLE visit ADD CONSTRAINT visit_check CHECK (v > 0) NOT VALID;
