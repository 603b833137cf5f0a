-- group: tables
-- flags: --force --backfill default
-- before
create table public.tui_code (code text not null unique, other int, name text, constraint tui_pair unique nulls not distinct (other, name));
-- rows
insert into public.tui_code values ('x1', 1, 'one'), ('x2', null, null), ('x3', 1, null), ('x4', 2, ''), ('x5', null, 'one');
-- after
