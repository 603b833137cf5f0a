-- group: conversions
-- flags: --force --backfill default
-- before
create type public.eao_kind as enum ('a', 'b', 'c');
create table public.eao_user (id bigint generated always as identity primary key, name varchar(40) not null, kind public.eao_kind default 'b', score numeric(10, 4), old jsonb);
create table public.eao_post (id serial primary key, author bigint not null references public.eao_user (id), body text, seen timestamptz);
create table public.eao_tag (post int references public.eao_post (id), tag text, primary key (post, tag));
create view public.eao_authors as select u.name, count(*) as posts from public.eao_user u join public.eao_post p on p.author = u.id group by u.name;
-- rows
insert into public.eao_user (name, kind, score, old) select 'user number ' || n, (array['a', 'b', null])[n % 3 + 1]::public.eao_kind, n / 7.0, to_jsonb(n) from generate_series(1, 9) n;
insert into public.eao_post (author, body, seen) select n % 9 + 1, nullif('body ' || n, 'body 4'), timestamptz '2024-01-01 00:00+00' + n * interval '1 hour' from generate_series(1, 14) n;
insert into public.eao_tag select n, t from generate_series(1, 6) n, unnest(array['x', 'y', '']) t;
-- after
create table public.eao_user (id bigint generated always as identity primary key, name varchar(6) not null, score numeric(10, 1), mail text);
create table public.eao_post (id serial primary key, author bigint not null references public.eao_user (id), seen date);
create view public.eao_authors as select u.name, count(*) as posts from public.eao_user u join public.eao_post p on p.author = u.id group by u.name;
