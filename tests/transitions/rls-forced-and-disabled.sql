-- title: Row security is forced on one table and switched off on another
-- group: objects
-- needs: --force
-- rare: yes
-- before
CREATE TABLE vaults (id int PRIMARY KEY, secret text);
CREATE TABLE notices (id int PRIMARY KEY, text text);
ALTER TABLE vaults ENABLE ROW LEVEL SECURITY;
ALTER TABLE notices ENABLE ROW LEVEL SECURITY;
CREATE POLICY notices_all ON notices USING (true);
-- rows
INSERT INTO vaults VALUES (1, 'x'), (2, 'y');
INSERT INTO notices VALUES (1, 'hello');
-- after
CREATE TABLE vaults (id int PRIMARY KEY, secret text);
CREATE TABLE notices (id int PRIMARY KEY, text text);
ALTER TABLE vaults ENABLE ROW LEVEL SECURITY;
ALTER TABLE vaults FORCE ROW LEVEL SECURITY;
