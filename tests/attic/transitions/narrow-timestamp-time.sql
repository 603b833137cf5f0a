-- group: time
-- before
create table public.ntt_alarm (id int primary key, at timestamp, name text);
-- rows
insert into public.ntt_alarm values (1, '2024-02-29 23:59:59.999999', 'a'), (2, null, null), (3, '1999-12-31 00:00:00', ''), (4, '2024-01-01 12:00:00', 'd'), (5, '0044-03-15 10:00 BC', 'e');
-- after
create table public.ntt_alarm (id int primary key, at time, name text);
