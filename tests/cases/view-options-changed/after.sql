CREATE TABLE diaries (id int PRIMARY KEY, owner uuid, body text);
CREATE VIEW diary_heads WITH (security_invoker = true) AS SELECT id, left(body, 20) AS head FROM diaries;
