CREATE TABLE flights (id int PRIMARY KEY, origin text, target text, day date);
CREATE INDEX flights_route_idx ON flights (origin, target);
