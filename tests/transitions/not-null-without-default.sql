-- title: A column becomes NOT NULL without a default while rows hold NULL
-- group: refused
-- expect: refused
-- reason: not null
-- object: riders.licence
-- before
CREATE TABLE riders (id int PRIMARY KEY, licence text);
-- rows
INSERT INTO riders VALUES (1, 'A-100'), (2, NULL), (3, NULL);
-- after
CREATE TABLE riders (id int PRIMARY KEY, licence text NOT NULL);
