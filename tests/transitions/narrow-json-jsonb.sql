-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.njj_event (id int primary key, body json, meta json not null default '{}', raw text);
-- rows
insert into public.njj_event values (1, '{"b": 1,   "a":2, "b":3}', '{"x": 1.0}', '{"k":   "v"}'), (2, null, 'null', null), (3, ' [ 1 , 2 ] ', '[]', ' [1] '), (4, '"\u0041"', '1e5', '"x"'), (5, '{"long": {"zzz": 1, "a": [true,false]}}', '{}', '{"b":1,"a":1,"b":2}');
-- after
create table public.njj_event (id int primary key, body jsonb, meta jsonb not null default '{}', raw jsonb);
