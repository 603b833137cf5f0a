-- title: text narrows to varchar(10) and every value fits
-- group: harmless
-- rare: yes
-- note: The diff's cast would cut longer values without a word; the preflight finds none, so nothing is lost.
-- before
CREATE TABLE airports (id int PRIMARY KEY, code text NOT NULL);
-- rows
INSERT INTO airports SELECT n, 'AP' || n FROM generate_series(1, 10) n;
-- after
CREATE TABLE airports (id int PRIMARY KEY, code varchar(10) NOT NULL);
