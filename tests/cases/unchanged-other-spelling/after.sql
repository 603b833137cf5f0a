CREATE TABLE public.same (id int4 NOT NULL, v character varying(10) DEFAULT 'a'::character varying, n decimal(5,2));
ALTER TABLE ONLY public.same ADD CONSTRAINT same_pkey PRIMARY KEY (id);
ALTER TABLE public.same ADD CONSTRAINT same_n_check CHECK (((n > 0) AND (n < 100)));
CREATE VIEW public.same_view AS SELECT same.id, same.v FROM public.same WHERE same.n > 5;
