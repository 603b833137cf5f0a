-- group: triggers-and-partitions
-- flags: --force --backfill default
-- before
create table public.tru_inbox (id int primary key, body text);
create table public.tru_copy (id int, body text, how text);
create rule tru_insert as on insert to public.tru_inbox do instead insert into public.tru_copy values (new.id, new.body, 'rule');
create rule tru_delete as on delete to public.tru_inbox do instead nothing;
create rule tru_update as on update to public.tru_inbox do also insert into public.tru_copy values (old.id, old.body, 'update');
-- rows
alter table public.tru_inbox disable rule tru_insert;
insert into public.tru_inbox select n, nullif('mail ' || n, 'mail 3') from generate_series(1, 6) n;
alter table public.tru_inbox enable rule tru_insert;
insert into public.tru_inbox values (100, 'goes to the copy');
-- after
create table public.tru_copy (id int, body text, how text);
