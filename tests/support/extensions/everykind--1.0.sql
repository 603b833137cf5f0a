create schema everykind_own;
create type amount;
create function amount_in(cstring, oid, integer) returns amount language internal immutable strict as 'varcharin';
create function amount_out(amount) returns cstring language internal immutable strict as 'varcharout';
create function amount_mod_in(cstring[]) returns integer language internal immutable strict as 'varchartypmodin';
create function amount_mod_out(integer) returns cstring language internal immutable strict as 'varchartypmodout';
create type amount (input = amount_in, output = amount_out, typmod_in = amount_mod_in, typmod_out = amount_mod_out,
  internallength = variable, collatable = true);
create type grade as enum ('low', 'it''s "high"');
create type pair as (first amount, second grade);
create domain positive as integer not null check (value > 0);
create type amount_span as range (subtype = integer);
create function amount_lt(amount, amount) returns boolean language internal immutable strict as 'text_lt';
create function amount_le(amount, amount) returns boolean language internal immutable strict as 'text_le';
create function amount_eq(amount, amount) returns boolean language internal immutable strict as 'texteq';
create function amount_ge(amount, amount) returns boolean language internal immutable strict as 'text_ge';
create function amount_gt(amount, amount) returns boolean language internal immutable strict as 'text_gt';
create function amount_cmp(amount, amount) returns integer language internal immutable strict as 'bttextcmp';
create operator < (leftarg = amount, rightarg = amount, function = amount_lt, commutator = >, negator = >=);
create operator <= (leftarg = amount, rightarg = amount, function = amount_le, commutator = >=, negator = >);
create operator = (leftarg = amount, rightarg = amount, function = amount_eq, commutator = =);
create operator >= (leftarg = amount, rightarg = amount, function = amount_ge, commutator = <=, negator = <);
create operator > (leftarg = amount, rightarg = amount, function = amount_gt, commutator = <, negator = <=);
create operator class amount_ops default for type amount using btree as
  operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >, function 1 amount_cmp(amount, amount);
create function amount_distance(amount, amount) returns double precision language sql immutable strict
  as $$ select abs(length($1::text) - length($2::text))::double precision $$;
create operator <-> (leftarg = amount, rightarg = amount, function = amount_distance, commutator = <->);
create cast (amount as text) with inout as assignment;
create function amount_of(integer) returns amount language sql immutable as $$ select ($1::text)::amount $$;
create cast (integer as amount) with function amount_of(integer) as assignment;
create function amount_hash(amount) returns integer language internal immutable strict as 'hashtext';
create access method scattered type index handler hashhandler;
create operator class amount_scattered_ops default for type amount using scattered as
  operator 1 =, function 1 amount_hash(amount);
create access method nearby type index handler gisthandler;
create operator class point_nearby_ops for type point using nearby as
  operator 15 <-> (point, point) for order by pg_catalog.float_ops,
  function 1 gist_point_consistent(internal, point, smallint, oid, internal), function 2 gist_box_union(internal, internal),
  function 3 gist_point_compress(internal), function 5 gist_box_penalty(internal, internal, internal),
  function 6 gist_box_picksplit(internal, internal), function 7 gist_box_same(box, box, internal),
  function 8 gist_point_distance(internal, point, smallint, oid, internal), storage box;
create access method ranges type index handler brinhandler;
create operator class integer_ranges_ops default for type integer using ranges as
  operator 1 <, operator 2 <=, operator 3 =, operator 4 >=, operator 5 >,
  function 1 brin_minmax_opcinfo(internal), function 2 brin_minmax_add_value(internal, internal, internal, internal),
  function 3 brin_minmax_consistent(internal, internal, internal), function 4 brin_minmax_union(internal, internal, internal);
create function greet(who text, greeting text default 'Hello', variadic more text[] default '{}') returns text
  language sql immutable as $$ select greeting || ', ' || who || array_to_string(more, '') $$;
create function joined(variadic text[]) returns text language sql immutable as $$ select array_to_string($1, '') $$;
create function halves(n integer, out low integer, out high integer) language sql immutable as $$ select n / 2, n - n / 2 $$;
create function numbers(upto integer) returns table (n integer, square bigint) language sql stable
  as $$ select i, (i * i)::bigint from generate_series(1, upto) i $$;
create function either(anyelement, anyelement) returns anyelement language sql immutable as $$ select coalesce($1, $2) $$;
create function touched() returns trigger language plpgsql as $$ begin return new; end $$;
create procedure tidy(inout n integer) language plpgsql as $$ begin n := n + 1; end $$;
create function span_of(cube) returns double precision language sql immutable as $$ select cube_ur_coord($1, 1) $$;
create aggregate all_of(amount) (sfunc = either, stype = amount);
create table everykind_own.setting (name text primary key, value amount not null, at timestamptz default now(), unique (value));
create table everykind_own.item (id integer, grades grade[]);
grant select, insert on everykind_own.item to public;
create view everykind_own.shown as select name, value from everykind_own.setting;
create materialized view everykind_own.counted as select count(*) as n from everykind_own.setting;
create sequence everykind_own.ticket;
grant select, insert on everykind_own.setting to public;
grant usage on schema everykind_own to public;
create text search template plain_words (init = dsimple_init, lexize = dsimple_lexize);
create text search dictionary plain_words (template = plain_words);
create text search parser plain_parser (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end, lextypes = prsd_lextype);
create text search configuration plain_search (parser = plain_parser);
alter text search configuration plain_search add mapping for word, asciiword with plain_words, simple;
create foreign data wrapper elsewhere;
create trusted language talk handler plpgsql_call_handler;
