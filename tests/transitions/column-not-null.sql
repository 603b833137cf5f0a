-- group: columns
-- flags: --force --backfill default
-- before
create table public.cnn_order (id uuid primary key, buyer text not null, total numeric(8, 2) not null, constraint cnn_total check (total >= 0));
-- rows
insert into public.cnn_order select ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, case n when 3 then '' else 'buyer ' || n end, n * 1.5 from generate_series(1, 9) n;
-- after
create table public.cnn_order (id uuid primary key, total numeric(8, 2) not null, constraint cnn_total check (total >= 0));
