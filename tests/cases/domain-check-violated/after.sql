CREATE DOMAIN postcode AS text CONSTRAINT postcode_form CHECK (VALUE ~ '^[0-9]{5}$');
CREATE TABLE addresses (id int PRIMARY KEY, code postcode);
