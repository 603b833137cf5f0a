-- group: triggers-and-partitions
-- flags: --force --backfill default
-- before
create table public.tpr_paper (id int primary key, body text, secret text);
revoke all on public.tpr_paper from anon, authenticated;
grant select (id, body) on public.tpr_paper to anon;
grant select, insert on public.tpr_paper to authenticated;
comment on table public.tpr_paper is 'read by all, in part';
create table public.tpr_kept (id int);
grant select on public.tpr_kept to anon;
-- rows
insert into public.tpr_paper values (1, 'a', 'x'), (2, null, null), (3, '', ''), (4, 'd', null), (5, null, 'y');
-- after
create table public.tpr_kept (id int);
grant select on public.tpr_kept to anon;
