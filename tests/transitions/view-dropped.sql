-- title: A view goes away
-- group: objects
-- needs: --force
-- rare: yes
-- note: Definition only: the rollback has it all.
-- before
CREATE TABLE cars (id int PRIMARY KEY, sold boolean NOT NULL);
CREATE VIEW unsold_cars AS SELECT id FROM cars WHERE NOT sold WITH CHECK OPTION;
-- rows
INSERT INTO cars SELECT n, n % 2 = 0 FROM generate_series(1, 8) n;
-- after
CREATE TABLE cars (id int PRIMARY KEY, sold boolean NOT NULL);
