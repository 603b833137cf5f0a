CREATE TYPE carrier AS ENUM ('dhl', 'ups');
CREATE TYPE speed AS ENUM ('slow', 'fast');
CREATE TABLE shipments (id int PRIMARY KEY, carrier carrier NOT NULL DEFAULT 'dhl', speed speed NOT NULL DEFAULT 'slow');
