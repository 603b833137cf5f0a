CREATE TYPE role_kind AS ENUM ('admin', 'member');
CREATE TABLE staff (id int PRIMARY KEY, role role_kind NOT NULL DEFAULT 'member');
