-- group: columns
-- flags: --force --backfill default
-- before
create table public.tjs_payload (id int primary key, raw json, bin jsonb, path jsonpath);
create index tjs_payload_bin on public.tjs_payload using gin (bin);
-- rows
insert into public.tjs_payload values (1, '{"b": 1,   "a":2, "b":3}', '{"b": 1, "a": 2}', '$.a[*] ? (@ > 1)'), (2, 'null', 'null', null), (3, null, null, '$'),
  (4, '[1.0, 1e400, "\u0041"]', '[1.0, 12345678901234567890.123456789012345678901234567890, "\u0041"]', 'strict $.*'), (5, '  "text"  ', '""', '$."a b"'), (6, '{}', '{"": {"": []}}', null);
-- after
