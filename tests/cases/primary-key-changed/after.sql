CREATE TABLE memberships (id int NOT NULL, person int NOT NULL, club int NOT NULL, CONSTRAINT memberships_pkey PRIMARY KEY (person, club));
