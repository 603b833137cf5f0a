CREATE TABLE reviews (id int PRIMARY KEY, stars int, CONSTRAINT reviews_stars_check CHECK (stars BETWEEN 1 AND 5));
