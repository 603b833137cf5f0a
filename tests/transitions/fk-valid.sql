-- title: Foreign keys with actions arrive and every row has its parent
-- group: harmless
-- rare: yes
-- before
CREATE TABLE authors (id int PRIMARY KEY);
CREATE TABLE books (id int PRIMARY KEY, author_id int, editor_id int);
-- rows
INSERT INTO authors SELECT generate_series(1, 6);
INSERT INTO books SELECT n, n % 6 + 1, NULLIF(n % 4, 0) FROM generate_series(1, 24) n;
-- after
CREATE TABLE authors (id int PRIMARY KEY);
CREATE TABLE books (id int PRIMARY KEY, author_id int REFERENCES authors (id) ON DELETE CASCADE, editor_id int REFERENCES authors (id) ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE);
CREATE INDEX books_author_id_idx ON books (author_id);
