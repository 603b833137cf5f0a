-- group: triggers-and-partitions
-- flags: --force --backfill default
-- before
create table public.pft_entry (id int not null, at date not null, note text, primary key (id, at));
-- rows
insert into public.pft_entry select n, date '2024-01-01' + n * 20, nullif('note ' || n, 'note 6') from generate_series(1, 12) n;
-- after
create table public.pft_entry (id int not null, at date not null, note text, primary key (id, at)) partition by range (at);
create table public.pft_entry_all partition of public.pft_entry for values from (minvalue) to (maxvalue);
