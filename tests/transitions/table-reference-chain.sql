-- group: tables
-- flags: --force --backfill default
-- before
create table public.trn_a_grand (id int primary key, name text);
create table public.trn_z_parent (id int primary key, up int not null references public.trn_a_grand (id) on delete cascade, name text);
create table public.trn_b_child (id int primary key, up int references public.trn_z_parent (id) on delete set null on update cascade, name text);
-- rows
insert into public.trn_a_grand select n, 'g' || n from generate_series(1, 5) n;
insert into public.trn_z_parent select n, n % 5 + 1, 'p' || n from generate_series(1, 10) n;
insert into public.trn_b_child select n, nullif(n % 11, 0), nullif('c' || n, 'c3') from generate_series(1, 20) n;
-- after
