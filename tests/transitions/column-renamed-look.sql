-- group: narrowing
-- flags: --force --backfill default
-- before
create table public.crn_user (id int primary key, full_name text, "eMail" text not null default '');
-- rows
insert into public.crn_user values (1, 'Ann Lee', 'a@x'), (2, null, ''), (3, '', 'c@x'), (4, 'Dan', 'd@x'), (5, 'Eve', '');
-- after
create table public.crn_user (id int primary key, display_name text, email text not null default '');
