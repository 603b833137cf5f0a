CREATE TABLE authors (id int PRIMARY KEY);
CREATE TABLE books (id int PRIMARY KEY, author_id int REFERENCES authors (id) ON DELETE CASCADE, editor_id int REFERENCES authors (id) ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE);
CREATE INDEX books_author_id_idx ON books (author_id);
