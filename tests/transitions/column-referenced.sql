-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.crf_country (id int primary key, code text not null, name text, constraint crf_code unique (code));
create table public.crf_city (id int primary key, country text references public.crf_country (code) on update cascade, name text);
-- rows
insert into public.crf_country values (1, 'no', 'Norway'), (2, 'pl', null), (3, '', 'empty code'), (4, 'jp', '日本'), (5, 'xx', '');
insert into public.crf_city values (1, 'no', 'Oslo'), (2, 'pl', 'Łódź'), (3, null, null), (4, '', 'x'), (5, 'no', 'Bergen');
-- after
create table public.crf_country (id int primary key, name text);
create table public.crf_city (id int primary key, name text);
