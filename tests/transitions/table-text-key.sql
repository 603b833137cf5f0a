-- group: tables
-- flags: --force --backfill default
-- before
create table public.ttk_word (word text collate "C" primary key, meaning text, "order" int);
-- rows
insert into public.ttk_word values ('', 'the empty word', 1), (' ', 'a blank', 2), ('A', null, null), ('a', 'lower', 4),
  ('ä', 'umlaut', 5), ('a ', 'trailing', 6), ('日本', 'Japan', 7), ('🙂', 'smile', 8), (e'new\nline', e'\\N', 9), ('NULL', 'not null', 10);
-- after
