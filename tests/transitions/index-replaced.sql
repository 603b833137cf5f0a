-- title: An index keeps its name and gets other columns; another goes away
-- group: objects
-- needs: --force
-- note: Loses no row, but drops what no sync of ours made: --force says so.
-- before
CREATE TABLE flights (id int PRIMARY KEY, origin text, target text, day date);
CREATE INDEX flights_route_idx ON flights (origin);
CREATE INDEX flights_day_idx ON flights (day);
-- rows
INSERT INTO flights SELECT n, 'A' || n % 3, 'B' || n % 4, date '2025-01-01' + n FROM generate_series(1, 12) n;
-- after
CREATE TABLE flights (id int PRIMARY KEY, origin text, target text, day date);
CREATE INDEX flights_route_idx ON flights (origin, target);
