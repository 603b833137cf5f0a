CREATE TABLE parcels (id int PRIMARY KEY, weight numeric NOT NULL, locker text);
