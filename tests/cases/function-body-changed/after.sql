CREATE TABLE counters (id int PRIMARY KEY, n int NOT NULL);
CREATE FUNCTION bump(counter int) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    now_at int;
BEGIN
    UPDATE public.counters c SET n = c.n + 1 WHERE c.id = counter RETURNING c.n INTO now_at;
    RETURN now_at; -- not; the; end
END
$$;
