CREATE SCHEMA archive;
CREATE TABLE reports (id int PRIMARY KEY, body text);
