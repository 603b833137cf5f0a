-- group: columns
-- flags: --force --backfill default
-- before
create type public.tcd_point as (x int, y int, label text);
create type public.tcd_line as (a public.tcd_point, b public.tcd_point, name text);
create table public.tcd_drawing (id int primary key, spot public.tcd_point, line public.tcd_line, spots public.tcd_point[]);
-- rows
insert into public.tcd_drawing values (1, row(1, 2, 'a'), row(row(1, 2, 'x,y'), row(3, null, '"q"'), 'l'), array[row(1, 1, 'p')::public.tcd_point, null]),
  (2, null, null, null), (3, row(null, null, null), row(null, null, null), '{}'), (4, row(0, -1, ''), row(row(0, 0, '('), null, null), array[row(null, null, null)::public.tcd_point]), (5, row(5, 5, ')'), null, null);
-- after
