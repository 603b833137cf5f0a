-- title: text narrows to varchar(5) while values are longer
-- group: data
-- needs: --force
-- note: An explicit cast cuts the values: destructive. With --force the whole values are kept first.
-- before
CREATE TABLE airlines (id int PRIMARY KEY, code text NOT NULL);
-- rows
INSERT INTO airlines VALUES (1, 'LH'), (2, 'LUFTHANSA'), (3, 'Air France'), (4, '');
-- after
CREATE TABLE airlines (id int PRIMARY KEY, code varchar(5) NOT NULL);
