CREATE TABLE memberships (id int CONSTRAINT memberships_pkey PRIMARY KEY, person int NOT NULL, club int NOT NULL);
