-- group: triggers-and-partitions
-- flags: --force --backfill default
-- before
create table public.tge_line (
  id int generated always as identity primary key, price numeric(10, 2), pieces int default 1,
  total numeric generated always as (price * pieces) stored, label text generated always as ('line of ' || pieces) stored not null,
  search tsvector generated always as (to_tsvector('simple', coalesce(price::text, ''))) stored
);
create index tge_line_total on public.tge_line (total);
-- rows
insert into public.tge_line (price, pieces) values (1.5, 2), (null, 3), (0, 0), (-9.99, 100), (12345678.90, 7);
-- after
