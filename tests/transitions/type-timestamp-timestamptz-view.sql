CREATE TABLE meetings (id int PRIMARY KEY, starts timestamp NOT NULL);
CREATE VIEW meeting_days AS SELECT id, starts, date_trunc('day', starts) AS day FROM meetings;
