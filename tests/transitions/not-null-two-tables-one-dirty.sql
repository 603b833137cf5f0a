CREATE TABLE bikes (id int PRIMARY KEY, frame text);
CREATE TABLE wheels (id int PRIMARY KEY, size int);
