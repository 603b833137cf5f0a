-- group: narrowing
-- flags: --force --backfill default
-- before
create type public.spl_pair as (at timestamptz, size double precision);
create table public.spl_line (at timestamptz, day date, span interval, size real, part double precision, raw bytea, cost money, word varchar(20), gone text);
create table public.spl_pairs (id int primary key, pair public.spl_pair, other timestamptz);
create table public.spl_dropped (id int primary key, pair public.spl_pair);
create table public.spl_day (id int primary key, day date, moment timestamptz);
-- rows
do $$ begin
  execute format('alter database %I set datestyle to %L', current_database(), 'German, DMY');
  execute format('alter database %I set timezone to %L', current_database(), 'Europe/Berlin');
end $$;
insert into public.spl_line select timestamptz '2024-07-01 12:00:00+00' + n * interval '1 day', date '2024-02-03' + n, n * interval '1 mon 2 days 03:04:05', 0.1::real * n, 1.0 / (n + 2), decode('00ff0' || n, 'hex'), n * 1000.5::numeric::money, 'abcdef' || n, nullif('g' || n, 'g3') from generate_series(1, 6) n;
insert into public.spl_pairs select n, row('2024-07-01 12:00:00+00'::timestamptz + n * interval '1 day', 1.0 / (n + 2))::public.spl_pair, null from generate_series(1, 3) n;
insert into public.spl_dropped select id, pair from public.spl_pairs;
insert into public.spl_day values (1, '2024-02-03', '2024-07-01 23:30:00+00'), (2, null, null);
-- after
create type public.spl_pair as (at timestamptz, size double precision);
create table public.spl_line (at timestamptz, day date, span interval, size real, part double precision, raw bytea, cost money, word varchar(3));
create table public.spl_pairs (id int primary key, other timestamptz);
create table public.spl_day (id int primary key, day text, moment timestamp);
-- since
do $$ begin
  execute format('alter database %I set datestyle to %L', current_database(), 'SQL, DMY');
  execute format('alter database %I set timezone to %L', current_database(), 'Asia/Tokyo');
  execute format('alter database %I set intervalstyle to %L', current_database(), 'iso_8601');
  execute format('alter database %I set extra_float_digits to %L', current_database(), '0');
  execute format('alter database %I set bytea_output to %L', current_database(), 'escape');
end $$;
