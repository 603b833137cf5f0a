-- title: One table joins the publication supabase_realtime, another leaves it
-- group: harmless
-- before
CREATE TABLE chat (id int PRIMARY KEY, line text);
CREATE TABLE presence (id int PRIMARY KEY, at timestamptz);
ALTER PUBLICATION supabase_realtime ADD TABLE presence;
-- rows
INSERT INTO chat VALUES (1, 'hi');
INSERT INTO presence VALUES (1, '2025-01-01Z');
-- after
CREATE TABLE chat (id int PRIMARY KEY, line text);
CREATE TABLE presence (id int PRIMARY KEY, at timestamptz);
ALTER PUBLICATION supabase_realtime ADD TABLE chat;
