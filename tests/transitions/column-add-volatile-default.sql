CREATE TABLE devices (serial_no text PRIMARY KEY);
