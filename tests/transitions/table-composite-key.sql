-- group: tables
-- flags: --force --backfill default
-- before
create table public.tck_member (team int, person text, role text default 'guest', primary key (team, person));
-- rows
insert into public.tck_member values (1, 'ann', 'lead'), (1, 'bob', null), (2, 'ann', ''), (2, 'bob', 'guest'), (3, ',', '(1,2)');
-- after
