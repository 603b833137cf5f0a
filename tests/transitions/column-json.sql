-- group: columns
-- flags: --force --backfill default
-- before
create table public.cjs_event (id bigserial primary key, raw json, body jsonb not null default '{}', tags text[], at tstzrange);
create index cjs_event_body on public.cjs_event using gin (body);
-- rows
insert into public.cjs_event (raw, body, tags, at) values ('{"b": 1,  "a": 2, "b": 3}', '{"a": [1, null]}', '{a,"b c",null}', '[2024-01-01 00:00+00,)'),
  (null, 'null', null, null), ('null', '[]', '{}', 'empty'), (' [1 , 2] ', '"x"', '{""}', '(,)'), ('1.0', '1.0', null, null);
-- after
create table public.cjs_event (id bigserial primary key);
