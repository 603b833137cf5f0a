CREATE TABLE queue (id int PRIMARY KEY, payload jsonb);
