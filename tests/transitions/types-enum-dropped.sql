-- group: columns
-- flags: --force --backfill default
-- before
create type public.ted_mood as enum ('sad', 'ok', 'Very Happy', 'it''s', '');
create table public.ted_day (day date primary key, mood public.ted_mood, moods public.ted_mood[] default '{ok}', best public.ted_mood not null default 'ok');
-- rows
insert into public.ted_day values ('2024-01-01', 'sad', '{sad,"Very Happy"}', 'it''s'), ('2024-01-02', null, null, 'ok'), ('2024-01-03', '', '{"",null}', ''), ('2024-01-04', 'ok', '{}', 'sad');
-- after
