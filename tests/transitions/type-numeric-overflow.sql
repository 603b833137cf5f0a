-- title: numeric(12,2) shrinks to numeric(5,2) while a value does not fit
-- group: refused
-- expect: refused
-- reason: type
-- object: stocks.price
-- rare: yes
-- before
CREATE TABLE stocks (id int PRIMARY KEY, price numeric(12,2) NOT NULL);
-- rows
INSERT INTO stocks VALUES (1, 12.50), (2, 123456.78);
-- after
CREATE TABLE stocks (id int PRIMARY KEY, price numeric(5,2) NOT NULL);
