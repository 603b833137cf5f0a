-- group: columns
-- flags: --force --backfill default
-- before
create domain public.tdd_mail as text check (value like '%@%');
create domain public.tdd_needed as int not null default 7 check (value > 0);
create domain public.tdd_list as int[] check (array_length(value, 1) < 4);
create table public.tdd_contact (id int primary key, mail public.tdd_mail, needed public.tdd_needed, list public.tdd_list, mails public.tdd_mail[]);
-- rows
insert into public.tdd_contact values (1, 'a@b', 1, '{1,2}', '{a@b,c@d}'), (2, null, 7, null, null), (3, '@', 2147483647, '{}', '{}'), (4, 'x@', 4, '{null}', array[null]::public.tdd_mail[]), (5, 'ü@é', 5, '{3}', null);
-- after
