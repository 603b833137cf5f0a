-- title: A column becomes NOT NULL DEFAULT while rows hold NULL
-- group: backfill
-- needs: --backfill default
-- note: The specification's own drift. Order must be default, backfill, NOT NULL; going back cannot tell which '' was NULL.
-- before
CREATE TABLE clubs (id int PRIMARY KEY, name text NOT NULL, status text);
-- rows
INSERT INTO clubs SELECT n, 'club ' || n, CASE WHEN n % 4 <> 0 THEN 'open' END FROM generate_series(1, 16) n;
-- after
CREATE TABLE clubs (id int PRIMARY KEY, name text NOT NULL, status text NOT NULL DEFAULT '');
