-- title: A new enum value becomes the default of a column in the same change
-- group: grants
-- files: 2
-- before
CREATE TYPE role_kind AS ENUM ('admin', 'member');
CREATE TABLE staff (id int PRIMARY KEY, role role_kind NOT NULL DEFAULT 'member');
-- rows
INSERT INTO staff SELECT n, 'member' FROM generate_series(1, 7) n;
-- after
CREATE TYPE role_kind AS ENUM ('admin', 'member', 'guest');
CREATE TABLE staff (id int PRIMARY KEY, role role_kind NOT NULL DEFAULT 'guest');
