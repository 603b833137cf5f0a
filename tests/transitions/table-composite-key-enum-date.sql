-- group: tables
-- flags: --force --backfill default
-- before
create type public.tce_shift as enum ('night', 'early', 'late');
create table public.tce_roster (
  shift public.tce_shift, day date, seat int, who text not null, previous public.tce_shift[],
  primary key (day, shift, seat)
);
create table public.tce_swap (
  id int primary key, day date, shift public.tce_shift, seat int,
  foreign key (day, shift, seat) references public.tce_roster (day, shift, seat)
);
-- rows
insert into public.tce_roster values ('night', '2024-01-01', 1, 'ann', '{late,early}'), ('early', '2024-01-01', 1, 'bob', '{}'),
  ('late', '0044-03-15 BC', 2, 'cesar', null), ('night', '2024-02-29', 1, 'dan', '{null,night}');
insert into public.tce_swap values (1, '2024-01-01', 'night', 1), (2, null, null, null), (3, '0044-03-15 BC', 'late', 2);
-- after
