-- title: The delete action of a foreign key changes
-- group: harmless
-- rare: yes
-- before
CREATE TABLE owners (id int PRIMARY KEY);
CREATE TABLE pets (id int PRIMARY KEY, owner_id int NOT NULL, CONSTRAINT pets_owner_fkey FOREIGN KEY (owner_id) REFERENCES owners (id));
-- rows
INSERT INTO owners SELECT generate_series(1, 4);
INSERT INTO pets SELECT n, n % 4 + 1 FROM generate_series(1, 10) n;
-- after
CREATE TABLE owners (id int PRIMARY KEY);
CREATE TABLE pets (id int PRIMARY KEY, owner_id int NOT NULL, CONSTRAINT pets_owner_fkey FOREIGN KEY (owner_id) REFERENCES owners (id) ON DELETE CASCADE);
