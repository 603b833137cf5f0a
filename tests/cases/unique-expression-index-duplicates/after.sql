CREATE TABLE people (id int PRIMARY KEY, email text NOT NULL, gone boolean NOT NULL DEFAULT false);
CREATE UNIQUE INDEX people_email_lower_idx ON people (lower(email)) WHERE NOT gone;
