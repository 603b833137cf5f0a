-- title: Increment, limits, cache and cycle of a sequence change while it stands at a value
-- group: harmless
-- before
CREATE SEQUENCE invoice_no INCREMENT 1 MINVALUE 1 MAXVALUE 100000;
CREATE TABLE printed (no bigint PRIMARY KEY DEFAULT nextval('invoice_no'));
-- rows
INSERT INTO printed SELECT nextval('invoice_no') FROM generate_series(1, 8);
-- after
CREATE SEQUENCE invoice_no INCREMENT 5 MINVALUE 1 MAXVALUE 900000 CACHE 10 CYCLE;
CREATE TABLE printed (no bigint PRIMARY KEY DEFAULT nextval('invoice_no'));
