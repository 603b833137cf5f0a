CREATE TABLE chat (id int PRIMARY KEY, line text);
CREATE TABLE presence (id int PRIMARY KEY, at timestamptz);
ALTER PUBLICATION supabase_realtime ADD TABLE presence;
