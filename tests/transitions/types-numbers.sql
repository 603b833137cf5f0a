-- group: columns
-- flags: --force --backfill default
-- before
create table public.tnu_value (id int primary key, n numeric, s numeric(10, 4), neg numeric(5, -2), r real, d double precision, i2 smallint, i8 bigint, m money);
-- rows
insert into public.tnu_value values (1, 'NaN', 1.2345, 12300, 'NaN', 'NaN', 32767, 9223372036854775807, 1.25), (2, 'Infinity', -0.0001, -100, '-Infinity', 'Infinity', -32768, -9223372036854775808, -0.01),
  (3, null, null, null, null, null, null, null, null), (4, 1.10, 1.1, 0, 1.17549435e-38, 2.2250738585072014e-308, 0, 0, 0), (5, 1e130, 999999.9999, 99900, '-0', '-0', 1, 1, 92233720368547758.07), (6, 0.000000000000000000000000000000000000001, 0, null, 0.1, 0.1, null, null, null), (7, 100, 100, 100, 16777217, 9007199254740993, 7, 7, 7);
-- after
