-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.csv_one (id int primary key, a text, b int not null, c jsonb, d date default '2024-01-01', e text[]);
create table public.csv_two (id int primary key, one int references public.csv_one (id), a numeric, b "char", c interval);
create table public.csv_three (a int, b int, c int);
-- rows
insert into public.csv_one select n, nullif('a' || n, 'a2'), n * 7, jsonb_build_object('n', n), nullif(date '2024-01-01' + n, '2024-01-04'), array[n::text, null] from generate_series(1, 7) n;
insert into public.csv_two select n, nullif(n, 3), n / 7.0, 'x', n * interval '1 hour 1 second' from generate_series(1, 7) n;
insert into public.csv_three select n % 2, n % 3, n from generate_series(1, 12) n;
-- after
create table public.csv_one (id int primary key, d date default '2024-01-01');
create table public.csv_two (id int primary key, a numeric);
create table public.csv_three (a int, b int);
