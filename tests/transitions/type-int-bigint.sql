-- title: An integer key and the column that refers to it grow to bigint
-- group: harmless
-- rare: yes
-- before
CREATE TABLE albums (id int PRIMARY KEY, plays int NOT NULL);
CREATE TABLE tracks (id int PRIMARY KEY, album_id int NOT NULL REFERENCES albums (id));
-- rows
INSERT INTO albums SELECT n, n * 100000 FROM generate_series(1, 10) n;
INSERT INTO tracks SELECT n, n % 10 + 1 FROM generate_series(1, 40) n;
-- after
CREATE TABLE albums (id bigint PRIMARY KEY, plays bigint NOT NULL);
CREATE TABLE tracks (id int PRIMARY KEY, album_id bigint NOT NULL REFERENCES albums (id));
