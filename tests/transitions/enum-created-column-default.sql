CREATE TABLE shipments (id int PRIMARY KEY, carrier text NOT NULL DEFAULT 'dhl');
