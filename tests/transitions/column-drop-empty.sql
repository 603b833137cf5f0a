-- title: A column goes away that holds NULL in every row
-- group: data
-- needs: --force
-- rare: yes
-- note: Destructive by kind, harmless by content: the attic has nothing to keep.
-- before
CREATE TABLE parcels (id int PRIMARY KEY, weight numeric NOT NULL, locker text);
-- rows
INSERT INTO parcels SELECT n, n * 0.5, NULL FROM generate_series(1, 10) n;
-- after
CREATE TABLE parcels (id int PRIMARY KEY, weight numeric NOT NULL);
