-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.nti_code (id int primary key, zip text, number varchar(20) not null, amount text);
-- rows
insert into public.nti_code values (1, '00123', '007', '1.50'), (2, null, '-0', null), (3, ' 42 ', '+5', '1e3'), (4, '0', '0', 'NaN'), (5, '-00009', '2147483647', '000.00');
-- after
create table public.nti_code (id int primary key, zip int, number int not null, amount numeric);
