-- title: A trigger gets another timing, event and condition
-- group: harmless
-- rare: yes
-- before
CREATE TABLE docs (id int PRIMARY KEY, body text, version int NOT NULL DEFAULT 1);
CREATE FUNCTION next_version() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.version := OLD.version + 1; RETURN NEW; END $$;
CREATE TRIGGER docs_version BEFORE UPDATE ON docs FOR EACH ROW EXECUTE FUNCTION next_version();
-- rows
INSERT INTO docs SELECT n, 'doc ' || n FROM generate_series(1, 6) n;
-- after
CREATE TABLE docs (id int PRIMARY KEY, body text, version int NOT NULL DEFAULT 1);
CREATE FUNCTION next_version() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.version := OLD.version + 1; RETURN NEW; END $$;
CREATE TRIGGER docs_version BEFORE UPDATE OF body ON docs FOR EACH ROW WHEN (OLD.body IS DISTINCT FROM NEW.body) EXECUTE FUNCTION next_version();
