-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.nin_count (id bigint primary key, big bigint, medium int not null default 5, list bigint[]);
-- rows
insert into public.nin_count values (1, 2147483647, 32767, '{1,null}'), (2, null, -32768, null), (3, -2147483648, 0, '{}'), (4, 0, 1, '{2147483647}'), (2147483647, 5, 5, '{-1}');
-- after
create table public.nin_count (id int primary key, big int, medium smallint not null default 5, list int[]);
