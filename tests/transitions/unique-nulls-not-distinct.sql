-- title: UNIQUE NULLS NOT DISTINCT counts two NULLs as duplicates
-- group: refused
-- expect: refused
-- reason: duplicate
-- object: seats_guest_key
-- rare: yes
-- before
CREATE TABLE seats (id int PRIMARY KEY, guest text);
-- rows
INSERT INTO seats VALUES (1, 'Ann'), (2, NULL), (3, NULL);
-- after
CREATE TABLE seats (id int PRIMARY KEY, guest text, CONSTRAINT seats_guest_key UNIQUE NULLS NOT DISTINCT (guest));
