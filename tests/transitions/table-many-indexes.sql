-- group: tables
-- flags: --force --backfill default
-- before
create table public.tmi_doc (
  id int primary key, title text, body text, tags text[], meta jsonb, price numeric, spot point,
  constraint tmi_positive check (price >= 0), constraint tmi_title unique (title) include (price)
);
create index tmi_tags on public.tmi_doc using gin (tags);
create index tmi_meta on public.tmi_doc using gin (meta jsonb_path_ops);
create index tmi_spot on public.tmi_doc using gist (spot);
create index tmi_search on public.tmi_doc using gin (to_tsvector('simple', coalesce(body, '')));
create unique index tmi_lower on public.tmi_doc (lower(title)) where price > 10;
create index tmi_id_brin on public.tmi_doc using brin (id);
create index tmi_hash on public.tmi_doc using hash (title);
-- rows
insert into public.tmi_doc values (1, 'A', 'some words', '{x,y}', '{"a": 1}', 5, '(1,2)'), (2, 'a', null, null, null, 11, null),
  (3, null, 'words', '{}', '[]', null, '(0,0)'), (4, 'B', '', '{null}', 'null', 0, '(1e10,-1)'), (5, 'b', 'x', '{"a b"}', '{"b": {"c": [1, 2]}}', 99, null);
-- after
