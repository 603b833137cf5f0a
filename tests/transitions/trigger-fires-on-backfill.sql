-- title: A backfill meets a trigger that would stamp every row
-- group: backfill
-- needs: --backfill default
-- note: The rows' updated_at must not change, neither going up nor down.
-- before
CREATE TABLE profiles (id int PRIMARY KEY, bio text, updated_at timestamptz NOT NULL);
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
CREATE TRIGGER profiles_stamp BEFORE UPDATE ON profiles FOR EACH ROW EXECUTE FUNCTION stamp();
-- rows
INSERT INTO profiles SELECT n, CASE WHEN n % 2 = 0 THEN 'bio ' || n END, '2024-05-05Z' FROM generate_series(1, 8) n;
-- after
CREATE TABLE profiles (id int PRIMARY KEY, bio text NOT NULL DEFAULT '-', updated_at timestamptz NOT NULL);
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;
CREATE TRIGGER profiles_stamp BEFORE UPDATE ON profiles FOR EACH ROW EXECUTE FUNCTION stamp();
