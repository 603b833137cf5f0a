-- title: A CHECK constraint arrives that rows violate
-- group: refused
-- expect: refused
-- reason: check
-- object: reviews_stars_check
-- before
CREATE TABLE reviews (id int PRIMARY KEY, stars int);
-- rows
INSERT INTO reviews VALUES (1, 5), (2, 0), (3, NULL), (4, 9);
-- after
CREATE TABLE reviews (id int PRIMARY KEY, stars int, CONSTRAINT reviews_stars_check CHECK (stars BETWEEN 1 AND 5));
