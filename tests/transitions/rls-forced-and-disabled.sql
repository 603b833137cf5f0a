CREATE TABLE vaults (id int PRIMARY KEY, secret text);
CREATE TABLE notices (id int PRIMARY KEY, text text);
ALTER TABLE vaults ENABLE ROW LEVEL SECURITY;
ALTER TABLE notices ENABLE ROW LEVEL SECURITY;
CREATE POLICY notices_all ON notices USING (true);
