-- group: triggers-and-partitions
-- flags: --force --backfill default
-- before
create table public.pli_sale (region text, amount numeric, note text default 'n') partition by list (region);
create table public.pli_sale_north partition of public.pli_sale for values in ('no', 'se');
create table public.pli_sale_south partition of public.pli_sale for values in ('it', 'es');
create table public.pli_sale_null partition of public.pli_sale for values in (null);
create table public.pli_sale_other partition of public.pli_sale default;
-- rows
insert into public.pli_sale values ('no', 1, null), ('no', 1, null), ('se', 2.50, ''), ('it', null, 'x'), (null, 4, 'y'), (null, null, null), ('de', 6, 'z'), ('', 7, 'w');
-- after
