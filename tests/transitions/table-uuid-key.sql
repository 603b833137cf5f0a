-- group: tables
-- flags: --force --backfill default
-- before
create table public.tuk_session (id uuid primary key default gen_random_uuid(), agent text, opened timestamp not null default now());
-- rows
insert into public.tuk_session values
  ('00000000-0000-0000-0000-000000000000', 'nil', '2020-01-01'),
  ('ffffffff-ffff-ffff-ffff-ffffffffffff', null, '2020-01-02 03:04:05.678901'),
  ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'Mozilla/5.0', '1999-12-31 23:59:59.999999');
insert into public.tuk_session select md5(n::text)::uuid, 'agent ' || n, timestamp '2024-01-01' + n * interval '1 second' from generate_series(1, 5) n;
-- after
