-- title: A foreign key arrives while rows point at nobody
-- group: refused
-- expect: refused
-- reason: foreign key
-- object: comments_post_id_fkey
-- before
CREATE TABLE posts (id int PRIMARY KEY);
CREATE TABLE comments (id int PRIMARY KEY, post_id int);
-- rows
INSERT INTO posts SELECT generate_series(1, 5);
INSERT INTO comments VALUES (1, 1), (2, 5), (3, 77), (4, NULL), (5, 78);
-- after
CREATE TABLE posts (id int PRIMARY KEY);
CREATE TABLE comments (id int PRIMARY KEY, post_id int REFERENCES posts (id));
