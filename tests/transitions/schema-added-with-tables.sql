-- title: A schema of its own arrives with tables, a type and a foreign key into public
-- group: harmless
-- rare: yes
-- before
CREATE TABLE companies (id int PRIMARY KEY);
-- rows
INSERT INTO companies SELECT generate_series(1, 5);
-- after
CREATE TABLE companies (id int PRIMARY KEY);
CREATE SCHEMA billing;
CREATE TYPE billing.state AS ENUM ('open', 'paid');
CREATE TABLE billing.invoices (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id int NOT NULL REFERENCES companies (id), state billing.state NOT NULL DEFAULT 'open');
CREATE VIEW billing.open_invoices AS SELECT id, tenant_id FROM billing.invoices WHERE state = 'open';
