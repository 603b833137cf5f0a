-- title: Reservations may no longer overlap, but two do
-- group: refused
-- expect: refused
-- reason: overlap
-- object: reservations_no_overlap
-- before
CREATE TABLE reservations (id int PRIMARY KEY, during int4range NOT NULL);
-- rows
INSERT INTO reservations VALUES (1, '[1,5)'), (2, '[5,9)'), (3, '[8,12)');
-- after
CREATE TABLE reservations (id int PRIMARY KEY, during int4range NOT NULL, CONSTRAINT reservations_no_overlap EXCLUDE USING gist (during WITH &&));
