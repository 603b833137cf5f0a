-- group: columns
-- flags: --force --backfill default
-- before
create table public.cck_seat (hall text, row smallint, seat int, price numeric, taken boolean not null, primary key (hall, row, seat));
-- rows
insert into public.cck_seat select (array['a', 'B', ''])[h], r, s, nullif(r * s, 4), (r + s) % 2 = 0 from generate_series(1, 3) h, generate_series(1, 3) r, generate_series(1, 2) s;
-- after
create table public.cck_seat (hall text, row smallint, seat int, primary key (hall, row, seat));
