CREATE TABLE albums (id int PRIMARY KEY, plays int NOT NULL);
CREATE TABLE tracks (id int PRIMARY KEY, album_id int NOT NULL REFERENCES albums (id));
