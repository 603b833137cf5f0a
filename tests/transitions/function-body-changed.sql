-- title: Only the body, volatility and settings of a function change
-- group: harmless
-- rare: yes
-- before
CREATE TABLE counters (id int PRIMARY KEY, n int NOT NULL);
CREATE FUNCTION bump(counter int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN UPDATE counters SET n = n + 1 WHERE id = counter; RETURN counter; END $$;
-- rows
INSERT INTO counters SELECT n, 0 FROM generate_series(1, 3) n;
-- after
CREATE TABLE counters (id int PRIMARY KEY, n int NOT NULL);
CREATE FUNCTION bump(counter int) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    now_at int;
BEGIN
    UPDATE public.counters c SET n = c.n + 1 WHERE c.id = counter RETURNING c.n INTO now_at;
    RETURN now_at; -- not; the; end
END
$$;
