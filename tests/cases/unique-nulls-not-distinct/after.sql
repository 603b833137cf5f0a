CREATE TABLE seats (id int PRIMARY KEY, guest text, CONSTRAINT seats_guest_key UNIQUE NULLS NOT DISTINCT (guest));
