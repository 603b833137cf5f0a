-- group: columns
-- flags: --force --backfill default
-- before
create domain public.cdm_positive as int not null check (value > 0);
create domain public.cdm_zip as varchar(5) check (value ~ '^\d*$');
create table public.cdm_parcel (id int primary key, weight public.cdm_positive, zip public.cdm_zip default '00000', zips public.cdm_zip[]);
-- rows
insert into public.cdm_parcel values (1, 1, '12345', '{1,22}'), (2, 2147483647, null, null), (3, 3, '', '{}'), (4, 4, '00000', '{null}'), (5, 5, '1', null);
-- after
create table public.cdm_parcel (id int primary key);
