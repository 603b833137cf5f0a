CREATE DOMAIN postcode AS text;
CREATE TABLE addresses (id int PRIMARY KEY, code postcode);
