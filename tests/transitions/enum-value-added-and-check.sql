-- title: A new enum value is used in a CHECK constraint in the same change
-- files: 2
-- rare: yes
-- before
CREATE TYPE plan AS ENUM ('free', 'paid');
CREATE TABLE tenants (id int PRIMARY KEY, plan plan NOT NULL, seats int NOT NULL);
-- rows
INSERT INTO tenants SELECT n, (ARRAY['free', 'paid'])[n % 2 + 1]::plan, n FROM generate_series(1, 8) n;
-- after
CREATE TYPE plan AS ENUM ('free', 'paid', 'enterprise');
CREATE TABLE tenants (id int PRIMARY KEY, plan plan NOT NULL, seats int NOT NULL, CONSTRAINT tenants_seats_check CHECK (plan = 'enterprise' OR seats <= 50));
