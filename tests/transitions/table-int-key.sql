-- group: tables
-- flags: --force --backfill default
-- before
create table public.tik_kept (id int primary key, label text not null);
create table public.tik_note (id int primary key, body text, stars smallint default 3, written timestamptz);
comment on table public.tik_note is 'what was noted';
comment on column public.tik_note.stars is 'one to five';
-- rows
insert into public.tik_kept select n, 'label ' || n from generate_series(1, 6) n;
insert into public.tik_note values (1, 'first', 5, '2024-02-29 12:00:00.123456+00'), (-7, null, null, null),
  (2147483647, '', 0, '-infinity'), (3, e'two\nlines\tand a tab', 1, 'infinity'), (0, 'it''s "quoted" \ back', -1, null);
-- after
create table public.tik_kept (id int primary key, label text not null);
-- since
insert into public.tik_kept values (7, 'came later');
delete from public.tik_kept where id = 2;
