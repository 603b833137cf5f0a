-- title: A UNIQUE constraint arrives while rows hold duplicates
-- group: refused
-- expect: refused
-- reason: duplicate
-- object: accounts_email_key
-- before
CREATE TABLE accounts (id int PRIMARY KEY, email text);
-- rows
INSERT INTO accounts VALUES (1, 'a@x.example'), (2, 'b@x.example'), (3, 'a@x.example'), (4, NULL), (5, NULL);
-- after
CREATE TABLE accounts (id int PRIMARY KEY, email text UNIQUE);
