-- title: The expression of a generated column changes
-- group: harmless
-- note: Drop and add, yet nothing is lost: both are computed from the rows.
-- before
CREATE TABLE persons (id int PRIMARY KEY, first text NOT NULL, last text NOT NULL, full_name text GENERATED ALWAYS AS (first || ' ' || last) STORED);
CREATE INDEX persons_full_idx ON persons (full_name);
-- rows
INSERT INTO persons SELECT n, 'First' || n, 'Last' || n FROM generate_series(1, 9) n;
-- after
CREATE TABLE persons (id int PRIMARY KEY, first text NOT NULL, last text NOT NULL, full_name text GENERATED ALWAYS AS (last || ', ' || first) STORED);
CREATE INDEX persons_full_idx ON persons (full_name);
