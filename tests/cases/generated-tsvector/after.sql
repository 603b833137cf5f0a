CREATE TABLE recipes (id int PRIMARY KEY, title text NOT NULL, steps text, search tsvector GENERATED ALWAYS AS (setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', coalesce(steps, '')), 'B')) STORED);
CREATE INDEX recipes_search_idx ON recipes USING gin (search);
