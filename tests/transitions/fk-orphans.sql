CREATE TABLE posts (id int PRIMARY KEY);
CREATE TABLE comments (id int PRIMARY KEY, post_id int);
