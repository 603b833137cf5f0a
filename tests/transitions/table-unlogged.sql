-- group: tables
-- flags: --force --backfill default
-- before
create unlogged table public.tun_cache (key text primary key, value jsonb, until timestamptz);
-- rows
insert into public.tun_cache values ('a', '{"hit": true}', '2024-01-01 00:00+00'), ('b', null, null), ('c', '"text"', '2030-01-01'), ('', '1.0', null), ('d', '[null]', '2030-01-01');
-- after
