CREATE TABLE seats (id int PRIMARY KEY, guest text);
