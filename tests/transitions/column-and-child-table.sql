-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.cac_parent (id int primary key, kind text not null, extra jsonb);
create table public.cac_child (parent int primary key references public.cac_parent (id), detail text);
create view public.cac_joined as select p.id, p.kind, c.detail from public.cac_parent p left join public.cac_child c on c.parent = p.id;
-- rows
insert into public.cac_parent select n, 'kind ' || n % 3, nullif(to_jsonb(n), '4') from generate_series(1, 8) n;
insert into public.cac_child select n, nullif('d' || n, 'd2') from generate_series(1, 5) n;
-- after
create table public.cac_parent (id int primary key, extra jsonb);
