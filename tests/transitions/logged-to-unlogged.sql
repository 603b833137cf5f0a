-- group: conversions
-- flags: --force --backfill default
-- before
create table public.ltu_cache (id bigint generated always as identity primary key, body text, gone text);
create unlogged table public.ltu_back (id int primary key, body varchar(20));
-- rows
insert into public.ltu_cache (body, gone) select 'b' || n, nullif('g' || n, 'g2') from generate_series(1, 6) n;
insert into public.ltu_back values (1, 'abcdef'), (2, null), (3, 'ab'), (4, ''), (5, 'abcxyz');
-- after
create unlogged table public.ltu_cache (id bigint generated always as identity primary key, body text);
create table public.ltu_back (id int primary key, body varchar(3));
