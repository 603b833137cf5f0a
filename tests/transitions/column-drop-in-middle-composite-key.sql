-- title: A column goes away from a table with a composite key and an array and a json column
-- group: data
-- needs: --force
-- rare: yes
-- before
CREATE TABLE grades (student int, course text, tags text[], extra jsonb, mark numeric(4,1), PRIMARY KEY (student, course));
-- rows
INSERT INTO grades SELECT n, 'course ' || n % 3, ARRAY['t' || n, NULL], jsonb_build_object('n', n), n / 2.0 FROM generate_series(1, 14) n;
INSERT INTO grades VALUES (99, 'course 9', NULL, NULL, NULL);
-- after
CREATE TABLE grades (student int, course text, mark numeric(4,1), PRIMARY KEY (student, course));
