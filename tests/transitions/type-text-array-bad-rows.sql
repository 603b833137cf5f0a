-- title: A text column becomes an array of texts, and one value is no array
-- expect: refused
-- reason: type
-- object: tta_tag.tags
-- flags: --force
-- before
create table public.tta_tag (id int primary key, tags text);
-- rows
insert into public.tta_tag values (1, '{a,b}'), (2, 'c');
-- after
create table public.tta_tag (id int primary key, tags text[]);
