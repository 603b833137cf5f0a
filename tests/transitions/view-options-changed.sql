-- title: A view becomes security_invoker
-- group: harmless
-- rare: yes
-- before
CREATE TABLE diaries (id int PRIMARY KEY, owner uuid, body text);
CREATE VIEW diary_heads AS SELECT id, left(body, 20) AS head FROM diaries;
-- rows
INSERT INTO diaries SELECT n, md5(n::text)::uuid, repeat('dear diary ', n) FROM generate_series(1, 5) n;
-- after
CREATE TABLE diaries (id int PRIMARY KEY, owner uuid, body text);
CREATE VIEW diary_heads WITH (security_invoker = true) AS SELECT id, left(body, 20) AS head FROM diaries;
