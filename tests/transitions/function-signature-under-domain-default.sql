-- title: A function that a domain's default calls takes another type; the default reads as before
-- group: functions
-- flags: --force
-- before
create function public.fsd_mk(v int) returns int language sql immutable as $$ select v $$;
create domain public.fsd_code as int default public.fsd_mk(1) constraint fsd_small check (value < 99);
create table public.fsd_box (id int primary key, c public.fsd_code);
-- rows
insert into public.fsd_box (id) values (1), (2);
-- after
create function public.fsd_mk(v bigint) returns int language sql immutable as $$ select v::int $$;
create domain public.fsd_code as int default public.fsd_mk(1) constraint fsd_small check (value < 99);
create table public.fsd_box (id int primary key, c public.fsd_code);
