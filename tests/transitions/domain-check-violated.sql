-- title: A domain gets a CHECK that rows violate
-- group: refused
-- expect: refused
-- reason: check
-- object: postcode
-- before
CREATE DOMAIN postcode AS text;
CREATE TABLE addresses (id int PRIMARY KEY, code postcode);
-- rows
INSERT INTO addresses VALUES (1, '10115'), (2, 'EC1A 1BB'), (3, NULL);
-- after
CREATE DOMAIN postcode AS text CONSTRAINT postcode_form CHECK (VALUE ~ '^[0-9]{5}$');
CREATE TABLE addresses (id int PRIMARY KEY, code postcode);
