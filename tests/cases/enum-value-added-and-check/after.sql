CREATE TYPE plan AS ENUM ('free', 'paid', 'enterprise');
CREATE TABLE tenants (id int PRIMARY KEY, plan plan NOT NULL, seats int NOT NULL, CONSTRAINT tenants_seats_check CHECK (plan = 'enterprise' OR seats <= 50));
