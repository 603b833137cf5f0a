-- group: conversions
-- flags: --force --backfill default
-- before
create table public.gec_name (id int primary key, first text, middle text, last text, whole text generated always as (first || coalesce(' ' || middle, '') || ' ' || last) stored);
create index gec_whole on public.gec_name (whole);
-- rows
insert into public.gec_name (id, first, middle, last) values (1, 'Ann', 'B', 'Lee'), (2, 'Bo', null, 'Ray'), (3, null, '', null), (4, '', '', ''), (5, 'Eve', 'É', 'Öz');
-- after
create table public.gec_name (id int primary key, first text, last text, whole text generated always as (first || ' ' || last) stored);
create index gec_whole on public.gec_name (whole);
