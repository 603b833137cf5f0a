-- title: Comments on table, column, constraint, index, function and type arrive, change and go
-- group: harmless
-- before
CREATE TYPE mood AS ENUM ('ok', 'bad');
CREATE TABLE moods (id int PRIMARY KEY, mood mood);
COMMENT ON TABLE moods IS 'old words';
COMMENT ON COLUMN moods.mood IS 'goes away';
CREATE FUNCTION no_op() RETURNS void LANGUAGE sql AS $$ SELECT $$;
-- rows
INSERT INTO moods VALUES (1, 'ok'), (2, 'bad');
-- after
CREATE TYPE mood AS ENUM ('ok', 'bad');
COMMENT ON TYPE mood IS 'how it is';
CREATE TABLE moods (id int PRIMARY KEY, mood mood);
COMMENT ON TABLE moods IS E'new words; it''s\ntwo lines, übrigens';
COMMENT ON CONSTRAINT moods_pkey ON moods IS 'the key';
COMMENT ON INDEX moods_pkey IS 'its index';
CREATE FUNCTION no_op() RETURNS void LANGUAGE sql AS $$ SELECT $$;
COMMENT ON FUNCTION no_op() IS 'does nothing';
