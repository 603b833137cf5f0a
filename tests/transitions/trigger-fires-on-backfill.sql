CREATE TABLE profiles (id int PRIMARY KEY, bio text, updated_at timestamptz NOT NULL);
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
CREATE TRIGGER profiles_stamp BEFORE UPDATE ON profiles FOR EACH ROW EXECUTE FUNCTION stamp();
