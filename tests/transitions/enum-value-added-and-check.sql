CREATE TYPE plan AS ENUM ('free', 'paid');
CREATE TABLE tenants (id int PRIMARY KEY, plan plan NOT NULL, seats int NOT NULL);
