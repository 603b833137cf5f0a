-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.nib_flag (id int primary key, done int, seen int not null);
-- rows
insert into public.nib_flag values (1, 1, 2), (2, null, 0), (3, 0, -1), (4, 7, 1), (5, -7, 2147483647);
-- after
create table public.nib_flag (id int primary key, done boolean, seen boolean not null);
