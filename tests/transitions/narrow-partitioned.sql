-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.npa_entry (id int not null, at date not null, word varchar(20), price numeric(10, 4), primary key (id, at)) partition by range (at);
create table public.npa_entry_old partition of public.npa_entry for values from (minvalue) to ('2024-01-01');
create table public.npa_entry_new partition of public.npa_entry default;
-- rows
insert into public.npa_entry select n, date '2023-10-01' + n * 15, nullif('word ' || n, 'word 3'), n / 7.0 from generate_series(1, 12) n;
-- after
create table public.npa_entry (id int not null, at date not null, word varchar(4), price numeric(10, 1), primary key (id, at)) partition by range (at);
create table public.npa_entry_old partition of public.npa_entry for values from (minvalue) to ('2024-01-01');
create table public.npa_entry_new partition of public.npa_entry default;
