-- group: conversions
-- flags: --force --backfill default
-- before
create table public.nnf_user (id int primary key, name text, points int, flags text[] default '{a}', at timestamptz);
-- rows
insert into public.nnf_user values (1, 'ann', 5, '{x}', '2024-01-01'), (2, null, null, null, null), (3, '', 0, '{}', 'infinity'), (4, null, 4, '{null}', null), (5, 'eve', null, null, null);
-- after
create table public.nnf_user (id int primary key, name text not null default 'unknown', points int not null default 0, flags text[] not null default '{a}', at timestamptz not null default '2000-01-01 00:00+00');
-- since
insert into public.nnf_user (id, name, points, flags, at) values (6, 'new', 1, '{}', '2024-06-01');
