CREATE SCHEMA archive;
CREATE TABLE archive.reports (id int PRIMARY KEY, body text);
