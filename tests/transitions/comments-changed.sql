CREATE TYPE mood AS ENUM ('ok', 'bad');
CREATE TABLE moods (id int PRIMARY KEY, mood mood);
COMMENT ON TABLE moods IS 'old words';
COMMENT ON COLUMN moods.mood IS 'goes away';
CREATE FUNCTION no_op() RETURNS void LANGUAGE sql AS $$ SELECT $$;
