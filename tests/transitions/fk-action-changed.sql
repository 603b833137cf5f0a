CREATE TABLE owners (id int PRIMARY KEY);
CREATE TABLE pets (id int PRIMARY KEY, owner_id int NOT NULL, CONSTRAINT pets_owner_fkey FOREIGN KEY (owner_id) REFERENCES owners (id));
