-- group: triggers-and-partitions
-- flags: --force --backfill default
-- before
create function public.tsk_skip() returns trigger language plpgsql as $$ begin return null; end $$;
create table public.tsk_sink (id int, body text);
create trigger tsk_skip before insert on public.tsk_sink for each row execute function public.tsk_skip();
alter table public.tsk_sink enable always trigger tsk_skip;
-- rows
alter table public.tsk_sink disable trigger tsk_skip;
insert into public.tsk_sink values (1, 'one'), (1, 'one'), (null, null), (2, ''), (3, 'three');
alter table public.tsk_sink enable always trigger tsk_skip;
-- after
