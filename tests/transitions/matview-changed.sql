CREATE TABLE hits (id int PRIMARY KEY, url text NOT NULL, ms int NOT NULL);
CREATE MATERIALIZED VIEW hit_stats AS SELECT url, count(*) AS n FROM hits GROUP BY url;
CREATE UNIQUE INDEX hit_stats_url_idx ON hit_stats (url);
CREATE VIEW busy AS SELECT url FROM hit_stats WHERE n > 2;
