-- title: A generated tsvector column with a gin index arrives
-- group: harmless
-- rare: yes
-- before
CREATE TABLE recipes (id int PRIMARY KEY, title text NOT NULL, steps text);
-- rows
INSERT INTO recipes SELECT n, 'Soup ' || n, 'Boil ' || n || ' minutes' FROM generate_series(1, 6) n;
-- after
CREATE TABLE recipes (id int PRIMARY KEY, title text NOT NULL, steps text, search tsvector GENERATED ALWAYS AS (setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', coalesce(steps, '')), 'B')) STORED);
CREATE INDEX recipes_search_idx ON recipes USING gin (search);
