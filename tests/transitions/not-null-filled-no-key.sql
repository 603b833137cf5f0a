-- group: conversions
-- flags: --force --backfill default
-- before
create table public.nnn_line (word text, amount numeric);
create table public.nnn_pair (a int, b int, note text, primary key (a, b));
-- rows
insert into public.nnn_line values ('a', 1), ('a', null), ('a', null), (null, 1), (null, null), (null, null), ('none', 0), ('none', null);
insert into public.nnn_pair select a, b, nullif('n' || a * b, 'n2') from generate_series(1, 3) a, generate_series(1, 3) b;
-- after
create table public.nnn_line (word text not null default 'none', amount numeric not null default 0);
create table public.nnn_pair (a int, b int, note text not null default '', primary key (a, b));
