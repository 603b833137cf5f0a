-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.cop_event (id int not null, at date not null, body text, size int not null default 3, primary key (id, at)) partition by range (at);
create table public.cop_event_old partition of public.cop_event for values from (minvalue) to ('2024-01-01');
create table public.cop_event_new partition of public.cop_event default;
-- rows
insert into public.cop_event select n, date '2023-09-01' + n * 20, nullif('body ' || n, 'body 5'), n * 2 from generate_series(1, 14) n;
-- after
create table public.cop_event (id int not null, at date not null, primary key (id, at)) partition by range (at);
create table public.cop_event_old partition of public.cop_event for values from (minvalue) to ('2024-01-01');
create table public.cop_event_new partition of public.cop_event default;
