CREATE TABLE devices (serial_no text PRIMARY KEY, token uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE);
