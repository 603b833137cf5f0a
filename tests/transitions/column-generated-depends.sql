-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.cgd_person (
  id int primary key, first text, last text, born date,
  full_name text generated always as (first || ' ' || last) stored, initial text generated always as (left(last, 1)) stored
);
-- rows
insert into public.cgd_person (id, first, last, born) values (1, 'Ann', 'Lee', '2000-01-01'), (2, null, 'Ray', null), (3, 'Cy', null, null), (4, '', '', null), (5, 'Ünal', 'Öz', 'infinity');
-- after
create table public.cgd_person (id int primary key, first text, born date);
