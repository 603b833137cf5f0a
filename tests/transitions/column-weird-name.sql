-- group: narrowing
-- flags: --force --backfill default
-- before
create table public."cwn Table" ("Key" int primary key, "Weird ""Column""" text, "order" int not null, "a.b;--" date, "cwn_3456789012345678901234567890123456789012345678901234567890x" text);
-- rows
insert into public."cwn Table" values (1, 'x', 1, '2024-01-01', 'long'), (2, null, 2, null, null), (3, '''', 3, 'infinity', '"'), (4, '$$', 4, null, ''), (5, '%s', 5, null, ':x');
-- after
create table public."cwn Table" ("Key" int primary key);
