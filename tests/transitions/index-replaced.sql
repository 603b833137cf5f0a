CREATE TABLE flights (id int PRIMARY KEY, origin text, target text, day date);
CREATE INDEX flights_route_idx ON flights (origin);
CREATE INDEX flights_day_idx ON flights (day);
