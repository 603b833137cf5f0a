-- group: tables
-- flags: --force --backfill default
-- before
create table public."Weird ""Name"" here" ("Id" int primary key, "select" text, "a.b" int, "Ünit Preis €" numeric, "it's" text, "%s {0} $1" text);
create index "Weird ""Index"" here" on public."Weird ""Name"" here" ("a.b", lower("select"));
-- rows
insert into public."Weird ""Name"" here" values (1, 'from', 2, 3.50, 'q''uote', '%d'), (2, null, null, null, null, null),
  (3, '$$', 0, -0.000001, '$tag$', '{}'), (4, ';', 4, 1e20, '--', '/*'), (5, ' drop table x; ', 5, 0, '\', ':name');
-- after
