CREATE TABLE persons (id int PRIMARY KEY, first text NOT NULL, last text NOT NULL, full_name text GENERATED ALWAYS AS (first || ' ' || last) STORED);
CREATE INDEX persons_full_idx ON persons (full_name);
