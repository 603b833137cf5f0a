-- group: columns
-- flags: --force --backfill default
-- before
create table public.tti_clock (id int primary key, ts timestamp, tz timestamptz, d date, t time, ttz timetz, i interval, short interval hour to minute, p timestamptz(3));
-- rows
insert into public.tti_clock values (1, '2024-02-29 23:59:59.999999', '2024-03-31 02:30:00.000001+02', '2024-02-29', '24:00:00', '12:00:00.123+05:30', '1 year 2 mons -3 days 04:05:06.789', '5:30', '2024-01-01 00:00:00.1239+00'),
  (2, 'infinity', '-infinity', 'infinity', '00:00', '23:59:59-11', null, null, 'infinity'), (3, null, null, null, null, null, null, null, null),
  (4, '4713-01-01 00:00:00 BC', '0001-01-01 00:00:00+00 BC', '4713-01-24 BC', '00:00:00.000001', '00:00:00+15:59:59', '-178000000 years', '-0:01', null), (5, '294276-12-31 23:59:59.999999', '294276-12-31 23:59:59.999999+00', '5874897-12-31', '12:34:56.789', '12:34:56.789Z', '36 hours', '100:00', '2024-01-01 00:00:00.0005+00');
do $$ begin  -- an interval without end came with PostgreSQL 17
  if current_setting('server_version_num')::int >= 170000 then
    update public.tti_clock set i = 'infinity' where id = 2;
  end if;
end $$;
-- after
