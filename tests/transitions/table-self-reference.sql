-- group: tables
-- flags: --force --backfill default
-- before
create table public.tsr_node (
  id int primary key, parent int references public.tsr_node (id) on delete cascade, twin int unique references public.tsr_node (id),
  name text
);
create index tsr_node_parent on public.tsr_node (parent);
-- rows
insert into public.tsr_node values (9, null, null, 'root'), (3, 9, null, 'a'), (4, 9, 3, 'b'), (1, 4, 4, 'c'), (2, 2, 9, 'own parent');
update public.tsr_node set parent = 1 where id = 9;
-- after
