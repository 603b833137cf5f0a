-- group: triggers-and-partitions
-- flags: --force --backfill default
-- before
create table public.ptt_entry (id int not null, kind text not null, note text, primary key (id, kind)) partition by list (kind);
create table public.ptt_entry_a partition of public.ptt_entry for values in ('a');
create table public.ptt_entry_rest partition of public.ptt_entry default;
-- rows
insert into public.ptt_entry select n, (array['a', 'b', 'c'])[n % 3 + 1], nullif('note ' || n, 'note 6') from generate_series(1, 12) n;
-- after
create table public.ptt_entry (id int not null, kind text not null, note text, primary key (id, kind));
