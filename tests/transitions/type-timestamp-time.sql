-- title: A timestamp becomes a time of day, which no cast leads back from
-- expect: refused
-- flags: --force
-- reason: cast
-- object: shifts
-- note: The values would be kept, but the rollback is rehearsed like the change, and PostgreSQL has no such cast.
-- before
create table public.shifts (id int primary key, begins timestamp not null);
-- rows
insert into public.shifts values (1, '2026-01-01 09:00'), (2, '2026-01-02 17:30');
-- after
create table public.shifts (id int primary key, begins time not null);
