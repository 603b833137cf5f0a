-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.nnk_line (word varchar(20), n numeric(8, 3), other text);
-- rows
insert into public.nnk_line values ('abcd', 1.001, 'x'), ('abce', 1.002, 'x'), ('abcd', 1.001, 'x'), ('abcf', 1.003, 'x'), (null, null, null), (null, 0.001, null), (null, null, null), ('', 5, ''), ('ab', 5.5, 'y');
-- after
create table public.nnk_line (word varchar(3), n numeric(8, 1), other text);
