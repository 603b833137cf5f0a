CREATE TABLE diaries (id int PRIMARY KEY, owner uuid, body text);
CREATE VIEW diary_heads AS SELECT id, left(body, 20) AS head FROM diaries;
