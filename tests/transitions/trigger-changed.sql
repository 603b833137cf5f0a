CREATE TABLE docs (id int PRIMARY KEY, body text, version int NOT NULL DEFAULT 1);
CREATE FUNCTION next_version() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.version := OLD.version + 1; RETURN NEW; END $$;
CREATE TRIGGER docs_version BEFORE UPDATE ON docs FOR EACH ROW EXECUTE FUNCTION next_version();
