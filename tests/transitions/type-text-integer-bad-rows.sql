-- title: text becomes integer while a value is no number
-- group: refused
-- expect: refused
-- reason: type
-- object: answers.value
-- rare: yes
-- before
CREATE TABLE answers (id int PRIMARY KEY, value text);
-- rows
INSERT INTO answers VALUES (1, '42'), (2, 'n/a'), (3, NULL);
-- after
CREATE TABLE answers (id int PRIMARY KEY, value integer);
