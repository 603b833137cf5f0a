-- title: The same schema written in another way: nothing to do
-- expect: in-sync
-- note: sync must say in sync; no file, no push.
-- before
CREATE TABLE same (id integer PRIMARY KEY, v varchar(10) DEFAULT 'a', n numeric(5,2) CHECK (n > 0 AND n < 100));
CREATE VIEW same_view AS SELECT id, v FROM same WHERE n > 5;
-- rows
INSERT INTO same SELECT n, 'v' || n, n FROM generate_series(1, 9) n;
-- after
CREATE TABLE public.same (id int4 NOT NULL, v character varying(10) DEFAULT 'a'::character varying, n decimal(5,2));
ALTER TABLE ONLY public.same ADD CONSTRAINT same_pkey PRIMARY KEY (id);
ALTER TABLE public.same ADD CONSTRAINT same_n_check CHECK (((n > 0) AND (n < 100)));
CREATE VIEW public.same_view AS SELECT same.id, same.v FROM public.same WHERE same.n > 5;
