CREATE TABLE contacts (id int PRIMARY KEY, mail text NOT NULL);
