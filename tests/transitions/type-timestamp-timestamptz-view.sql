-- title: A column that a view reads becomes timestamptz
-- group: harmless
-- rare: yes
-- note: The view has to go and come back around the change; values turn by the session's time zone, both ways alike.
-- before
CREATE TABLE meetings (id int PRIMARY KEY, starts timestamp NOT NULL);
CREATE VIEW meeting_days AS SELECT id, starts, date_trunc('day', starts) AS day FROM meetings;
-- rows
INSERT INTO meetings SELECT n, timestamp '2025-02-01 08:00' + n * interval '90 minutes' FROM generate_series(1, 10) n;
-- after
CREATE TABLE meetings (id int PRIMARY KEY, starts timestamptz NOT NULL);
CREATE VIEW meeting_days AS SELECT id, starts, date_trunc('day', starts) AS day FROM meetings;
