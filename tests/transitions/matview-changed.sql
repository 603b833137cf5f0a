-- title: A materialized view gets another query and keeps its index, a view depends on it
-- group: harmless
-- before
CREATE TABLE hits (id int PRIMARY KEY, url text NOT NULL, ms int NOT NULL);
CREATE MATERIALIZED VIEW hit_stats AS SELECT url, count(*) AS n FROM hits GROUP BY url;
CREATE UNIQUE INDEX hit_stats_url_idx ON hit_stats (url);
CREATE VIEW busy AS SELECT url FROM hit_stats WHERE n > 2;
-- rows
INSERT INTO hits SELECT n, '/u' || n % 5, n * 3 FROM generate_series(1, 20) n;
REFRESH MATERIALIZED VIEW hit_stats;
-- after
CREATE TABLE hits (id int PRIMARY KEY, url text NOT NULL, ms int NOT NULL);
CREATE MATERIALIZED VIEW hit_stats AS SELECT url, count(*) AS n, avg(ms) AS ms FROM hits GROUP BY url;
CREATE UNIQUE INDEX hit_stats_url_idx ON hit_stats (url);
CREATE VIEW busy AS SELECT url FROM hit_stats WHERE n > 2;
