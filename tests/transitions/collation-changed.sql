-- group: conversions
-- flags: --force --backfill default
-- before
create table public.col_word (id int primary key, word text, other text collate "C" not null default 'd', constraint col_unique unique (word));
create index col_other on public.col_word (other);
-- rows
insert into public.col_word values (1, 'b', 'B'), (2, 'B', 'a'), (3, null, 'ä'), (4, '', ''), (5, 'ä', 'z'), (6, 'a', 'd');
-- after
create table public.col_word (id int primary key, word text collate "C", other text not null default 'd', constraint col_unique unique (word));
create index col_other on public.col_word (other);
