-- group: tables
-- flags: --force --backfill default
-- before
create table public.trc_team (id int primary key, captain int, name text);
create table public.trc_player (id int primary key, team int not null references public.trc_team (id), name text);
alter table public.trc_team add constraint trc_captain foreign key (captain) references public.trc_player (id);
-- rows
insert into public.trc_team values (1, null, 'red'), (2, null, 'blue'), (3, null, null);
insert into public.trc_player select n, n % 3 + 1, 'player ' || n from generate_series(1, 9) n;
update public.trc_team set captain = id * 2 where id < 3;
-- after
