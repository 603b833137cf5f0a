CREATE TABLE counters (id int PRIMARY KEY, n int NOT NULL);
CREATE FUNCTION bump(counter int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN UPDATE counters SET n = n + 1 WHERE id = counter; RETURN counter; END $$;
