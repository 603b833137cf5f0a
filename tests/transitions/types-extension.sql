-- group: columns
-- flags: --force --backfill default
-- before
create extension if not exists citext with schema extensions;
create extension if not exists hstore with schema extensions;
create extension if not exists ltree with schema extensions;
create table public.txt_thing (name extensions.citext primary key, attributes extensions.hstore, path extensions.ltree, names extensions.citext[]);
-- rows
insert into public.txt_thing values ('Ann', 'a=>1, "b c"=>NULL', 'top.sub', '{A,a}'), ('BOB', '', '', '{}'), ('cy', null, null, null), ('', '""=>""', 'a_b.c', '{null}'), ('Ünit', '"q\"q"=>"x"', 'x', '{"Q q"}');
-- after
create extension if not exists citext with schema extensions;
create extension if not exists hstore with schema extensions;
create extension if not exists ltree with schema extensions;
