-- group: tables
-- flags: --force --backfill default
-- before
create table public.tex_booking (
  id int primary key, during tsrange not null, active boolean default true,
  constraint tex_no_overlap exclude using gist (during with &&) where (active)
);
create table public.tex_late (
  id int primary key, during int4range,
  constraint tex_late_overlap exclude using gist (during with &&) deferrable initially deferred
);
-- rows
insert into public.tex_booking values (1, '[2024-01-01,2024-01-05)', true), (2, '[2024-01-05,2024-01-06]', true),
  (3, '[2024-01-02,2024-01-03)', false), (4, '(,2000-01-01)', null), (5, 'empty', true);
insert into public.tex_late values (1, '[1,5)'), (2, '[5,9)'), (3, null), (4, null), (5, '[100,)');
-- after
