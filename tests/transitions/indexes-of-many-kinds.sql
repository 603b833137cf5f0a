-- title: Partial, expression, covering, gin and descending indexes arrive
-- group: harmless
-- rare: yes
-- before
CREATE TABLE articles (id int PRIMARY KEY, title text NOT NULL, tags text[], meta jsonb, published date);
-- rows
INSERT INTO articles SELECT n, 'Title ' || n, ARRAY['t' || n % 3], jsonb_build_object('n', n), CASE WHEN n % 2 = 0 THEN date '2025-01-01' + n END FROM generate_series(1, 16) n;
-- after
CREATE TABLE articles (id int PRIMARY KEY, title text NOT NULL, tags text[], meta jsonb, published date);
CREATE INDEX articles_recent_idx ON articles (published DESC NULLS LAST) WHERE published IS NOT NULL;
CREATE INDEX articles_title_lower_idx ON articles (lower(title) text_pattern_ops);
CREATE INDEX articles_published_incl_idx ON articles (published) INCLUDE (title);
CREATE INDEX articles_tags_idx ON articles USING gin (tags);
CREATE INDEX articles_meta_idx ON articles USING gin (meta jsonb_path_ops);
CREATE INDEX articles_search_idx ON articles USING gin (to_tsvector('simple', title));
CREATE INDEX articles_hash_idx ON articles USING hash (title) WITH (fillfactor = 80);
