-- group: columns
-- flags: --force --backfill default
-- before
create table public.cpl_person (id int primary key, name text, note text, born date);
comment on column public.cpl_person.note is 'free text';
-- rows
insert into public.cpl_person values (1, 'ann', 'first', '2000-01-01'), (2, null, null, null), (3, 'cy', '', 'infinity'), (4, 'dan', 'NULL', null), (-5, '', e'two\nlines', null);
-- after
create table public.cpl_person (id int primary key, name text, born date);
-- since
insert into public.cpl_person values (6, 'new', null);
update public.cpl_person set name = 'renamed' where id = 3;
delete from public.cpl_person where id = 4;
