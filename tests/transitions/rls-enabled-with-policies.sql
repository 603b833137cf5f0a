CREATE TABLE todos (id int PRIMARY KEY, owner uuid NOT NULL, done boolean NOT NULL DEFAULT false);
