-- group: triggers-and-partitions
-- flags: --force --backfill default
-- before
create table public.pdd_ticket (id int, queue text) partition by list (queue);
create table public.pdd_ticket_a partition of public.pdd_ticket for values in ('a');
create table public.pdd_ticket_rest partition of public.pdd_ticket default;
-- rows
insert into public.pdd_ticket values (1, 'a'), (2, 'b'), (3, null), (4, 'c'), (4, 'c'), (5, 'a'), (null, null);
-- after
create table public.pdd_ticket (id int, queue text) partition by list (queue);
create table public.pdd_ticket_a partition of public.pdd_ticket for values in ('a');
