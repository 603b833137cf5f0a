-- title: A generated column becomes a plain one
-- group: data
-- needs: --force
-- rare: yes
-- note: The values are there before and should be there after.
-- before
CREATE TABLE boxes (id int PRIMARY KEY, side int NOT NULL, volume int GENERATED ALWAYS AS (side * side * side) STORED);
-- rows
INSERT INTO boxes SELECT n, n FROM generate_series(1, 8) n;
-- after
CREATE TABLE boxes (id int PRIMARY KEY, side int NOT NULL, volume int);
