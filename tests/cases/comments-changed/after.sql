CREATE TYPE mood AS ENUM ('ok', 'bad');
COMMENT ON TYPE mood IS 'how it is';
CREATE TABLE moods (id int PRIMARY KEY, mood mood);
COMMENT ON TABLE moods IS E'new words; it''s\ntwo lines, übrigens';
COMMENT ON CONSTRAINT moods_pkey ON moods IS 'the key';
COMMENT ON INDEX moods_pkey IS 'its index';
CREATE FUNCTION no_op() RETURNS void LANGUAGE sql AS $$ SELECT $$;
COMMENT ON FUNCTION no_op() IS 'does nothing';
