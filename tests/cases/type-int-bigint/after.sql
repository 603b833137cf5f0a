CREATE TABLE albums (id bigint PRIMARY KEY, plays bigint NOT NULL);
CREATE TABLE tracks (id int PRIMARY KEY, album_id bigint NOT NULL REFERENCES albums (id));
