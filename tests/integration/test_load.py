"""Loading schema files: what is accepted, what is refused, and where errors are said to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from supasync.adapters.shadow.databases import LoadedDatabase, ShadowConfig, ShadowDatabases, open_shadow
from supasync.adapters.shadow.prepared_schema import prepare
from supasync.core.catalog.surroundings import Surroundings
from supasync.errors import InvalidSqlError, UsageError

Load = Callable[[str], LoadedDatabase]


@pytest.fixture(scope="module")
def shadow(shadow_cache: Path) -> Iterator[ShadowDatabases]:
    config = ShadowConfig(Path(__file__).parent, shadow_cache)
    with open_shadow(config, Surroundings(17, platform=True)) as opened:
        yield opened


@pytest.fixture
def load(shadow: ShadowDatabases) -> Load:
    return lambda text: shadow.desired(text, "schema.sql")


def rows(shadow: ShadowDatabases, loaded: LoadedDatabase, query: str) -> list[tuple[object, ...]]:
    with shadow.session(loaded.database) as session:
        return session.rows(query)


def test_a_wrapper_is_made_with_functions_of_an_extension_alone(shadow: ShadowDatabases, load: Load) -> None:
    made = (
        "create extension postgres_fdw with schema extensions;\n"
        "set search_path = public, extensions;\n"
        "create foreign data wrapper mine handler postgres_fdw_handler validator postgres_fdw_validator;\n"
        "create foreign data wrapper bare;\nalter foreign data wrapper bare no validator options (debug 'true');\n"
        "create server far foreign data wrapper mine;\n"
    )
    query = "select fdwowner::regrole::text, fdwhandler::regproc::text, fdwvalidator::regproc::text, fdwoptions"
    found = rows(shadow, load(made), f"{query} from pg_foreign_data_wrapper where fdwname = 'mine'")
    assert found == [("postgres", "postgres_fdw_handler", "postgres_fdw_validator", None)]
    found = rows(shadow, load(made), f"{query} from pg_foreign_data_wrapper where fdwname = 'bare'")
    assert found == [("postgres", "-", "-", ["debug=true"])]
    loose = (
        "create foreign data wrapper w handler file_fdw_handler;\n",
        "create foreign data wrapper w handler file_fdw_handler validator postgres_fdw_validator;\n",
        "alter foreign data wrapper mine no validator;\n",
        "alter foreign data wrapper mine handler file_fdw_handler;\n",
        "alter foreign data wrapper file_fdw no validator;\n",
        # Its tables would have been looked at by nobody.
        (
            "create foreign data wrapper w;\nalter foreign data wrapper w handler file_fdw_handler"
            " validator file_fdw_validator;\n"
        ),
    )
    for text in loose:
        with pytest.raises(InvalidSqlError) as caught:
            load(f"{made}create extension file_fdw with schema extensions;\n{text}")
        assert "with the validator that belongs to it" in caught.value.reason
    own = "create function mine(text[], oid) returns void language sql as '';\n"
    with pytest.raises(InvalidSqlError) as caught:
        load(f"{own}create foreign data wrapper w validator public.mine;\n")
    assert "is not an extension's" in caught.value.reason
    with pytest.raises(InvalidSqlError) as caught:
        load("create foreign data wrapper w handler nowhere;\n")
    assert "function nowhere() does not exist" in caught.value.reason


def test_dump_of_pg_dump_loads(shadow: ShadowDatabases, load: Load) -> None:
    loaded = load(
        "\\restrict abc123\n"
        "-- Dumped from database version 17.6\n"
        "SET statement_timeout = 0;\nSET transaction_timeout = 0;\nSET client_encoding = 'UTF8';\n"
        "SET no_such_setting_of_a_newer_version = on;\n"
        "SELECT pg_catalog.set_config('search_path', '', false);\n"
        "CREATE SCHEMA public;\nALTER SCHEMA public OWNER TO pg_database_owner;\n"
        "COMMENT ON SCHEMA public IS 'standard public schema';\n"
        'CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA extensions;\n'
        "COMMENT ON EXTENSION \"uuid-ossp\" IS 'generate UUIDs';\n"
        "CREATE TABLE public.dumped (id bigint NOT NULL, name text);\n"
        "ALTER TABLE public.dumped OWNER TO postgres;\n"
        "COPY public.dumped (id, name) FROM stdin;\n1\tit's; one\n2\t\\N\n\\.\n\n"
        "SELECT pg_catalog.setval('public.x', 5, true);\n"
        "\\unrestrict abc123\n"
    )
    assert loaded.notes == ("schema.sql: 2 data statements ignored, first at line 15",)
    assert loaded.data_statements == 2
    assert rows(shadow, loaded, "select count(*) from public.dumped") == [(0,)]
    owner = "select pg_get_userbyid(relowner) from pg_class where relname = 'dumped'"
    assert rows(shadow, loaded, owner) == [("postgres",)]


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        ("create table a (id int);\n\ncreate table b (\n  id nothing_known\n);", 4, 6, "nothing_known"),
        ("create table a (id int);\ncreate tabel b (id int);", 2, 8, "syntax error"),
        ("-- größe ✓\ncreate table ü (é text);\ncreate view v as select 'ÄÖ', nope\n from ü;", 3, 31, "nope"),
        (
            "create function f() returns int language plpgsql as $body$\nbegin\n  retrn 1;\nend $body$;",
            3,
            3,
            "syntax error",
        ),
        (
            "create table t (id int);\ncreate function g() returns int language sql as $$\n  select nope from t $$;",
            3,
            10,
            "nope",
        ),
        ("create table a (id int);\n\\i other.sql\n", 2, 1, "psql"),
        ("create table a (id int);\n create table a (id int);", 2, 0, "already exists"),
    ],
)
def test_wrong_statement_is_placed(load: Load, text: str, line: int, column: int, reason: str) -> None:
    with pytest.raises(InvalidSqlError) as caught:
        load(text)
    spot = caught.value.spot
    assert caught.value.message == f"Invalid SQL in schema.sql at line {line}"
    assert reason in caught.value.reason
    assert spot is not None
    assert (spot.line, spot.column) == (line, column)
    assert spot.text == text.split("\n")[line - 1]


def test_statements_in_wrong_order_load_with_a_note(shadow: ShadowDatabases, load: Load) -> None:
    loaded = load(
        "create view late as select id, kind from later;\n"
        "create table child (id int references later);\n"
        "create function use_it() returns setof later language sql as 'select * from later';\n"
        "create table later (id int primary key, kind mood);\n"
        "create type mood as enum ('fine');\n"
    )
    expected = "schema.sql: lines 1, 2, 3, 4 use objects defined below; loaded after them"
    assert loaded.notes == (expected,)
    assert rows(shadow, loaded, "select count(*) from late") == [(0,)]


@pytest.mark.parametrize("text", ["", "  \n\t", "-- only\n/* comments */", "set search_path = public;", "select 1;"])
def test_file_without_definitions_is_refused(load: Load, text: str) -> None:
    with pytest.raises(UsageError, match=r"schema\.sql defines nothing") as caught:
        load(text)
    assert "dropping everything" in caught.value.reason


def test_own_transactions_and_concurrent_indexes_are_tolerated(shadow: ShadowDatabases, load: Load) -> None:
    loaded = load(
        "begin;\ncreate table tolerated (id int);\ncommit;\n"
        "create index concurrently tolerated_id on tolerated (id);\n"
        "create type stage as enum ('a');\nalter type stage add value 'b';\n"
        "create table uses (s stage default 'b');\n"
    )
    assert loaded.notes == ()
    assert rows(shadow, loaded, "select indisvalid from pg_index where indexrelid = 'tolerated_id'::regclass") == [
        (True,)
    ]


def test_what_hosted_projects_permit_loads_and_gives_no_rights(shadow: ShadowDatabases, load: Load) -> None:
    loaded = load(
        "create table published (id int primary key);\n"
        "create function audit() returns event_trigger language plpgsql as $$ begin raise exception 'fired'; end $$;\n"
        "create event trigger audit_ddl on ddl_command_end execute function audit();\n"
        "create publication everything for all tables;\n"
        "create publication supabase_realtime for table published;\n"
    )
    assert loaded.notes == ()
    owner = (
        "select pg_get_userbyid(evtowner) from pg_event_trigger"
        " union all select pg_get_userbyid(pubowner) from pg_publication"
    )
    assert set(rows(shadow, loaded, owner)) == {("postgres",)}
    assert rows(shadow, loaded, "select rolsuper from pg_roles where rolname = 'postgres'") == [(False,)]
    assert rows(shadow, loaded, "select tablename from pg_publication_tables where pubname = 'supabase_realtime'") == [
        ("published",)
    ]


_ESCAPES = (
    "do $$ begin execute 'copy (select 1) to program ''true'''; end $$",
    "grant pg_execute_server_program to postgres",
    "grant supabase_admin to postgres",
    "create function f() returns int language c as 'libc', 'system'",
    "do $$ begin perform pg_read_file('/etc/passwd'); end $$",
    "alter role postgres superuser",
    "set session authorization supabase_admin",
    "create table x (id int); create publication p for all tables; do $$ begin perform pg_ls_dir('/'); end $$",
)


@pytest.mark.parametrize("pg", [17, 15])
def test_schema_file_reaches_nothing_outside(shadow_cache: Path, pg: int) -> None:
    config = ShadowConfig(Path(__file__).parent, shadow_cache)
    with open_shadow(config, Surroundings(pg, platform=True)) as opened:
        for statement in _ESCAPES:
            with pytest.raises(InvalidSqlError, match="line 2"):
                opened.desired(f"create table t (id int);\n{statement};", "schema.sql")


def test_missing_extension_is_named_with_ways_out(load: Load) -> None:
    with pytest.raises(InvalidSqlError) as caught:
        load("create table t (id int);\ncreate extension pgsomething;")
    assert caught.value.message == "schema.sql, line 2: pgsomething is not available"
    assert '"pgsomething"' in caught.value.reason
    assert "pg_cron" in caught.value.hint


def test_stub_extensions_load(shadow: ShadowDatabases, load: Load) -> None:
    loaded = load(
        "create extension vector with schema extensions;\ncreate extension pg_cron;\ncreate extension hstore;\n"
        "create table v (e extensions.vector(3));\nselect cron.schedule('x', '* * * * *', 'select 1');\n"
    )
    assert loaded.notes == ("schema.sql: 1 data statement ignored, at line 5",)


USES = {
    "pgmq": "create function f() returns bigint language sql as $$ select pgmq.send('q', '{}'::jsonb) $$;",
    "pg_hashids with schema extensions": "create table t (id int, c text generated always as (id_encode(id)) stored);",
    "pg_partman with schema extensions": "create view v as select parent_table from extensions.part_config;",
    "pg_tle": "create view v as select name, version from pgtle.available_extension_versions();",
    "address_standardizer with schema extensions": "create table t (id int, at extensions.stdaddr);",
    "wrappers with schema extensions": "create function f() returns void language sql as 'select stripe_fdw_meta()';",
    "pgroonga with schema extensions": "create table t (a text, b jsonb); create index i on t using pgroonga (a, b); "
    "create index j on t using pgroonga (a pgroonga_text_term_search_ops_v2) with (tokenizer = 'TokenMecab');"
    "create view v as select a from t where a &@~ 'x';",
    "postgis with schema extensions": "create table t (at geometry(Point, 4326) not null, way geography(linestring));"
    "create index i on t using gist (at); create index j on t using gist (way);"
    "create view v as select st_asgeojson(at) as j, at::geography <-> st_point(1, 2)::geography as d from t"
    " where st_dwithin(way, at::geography, 100) order by at <-> st_setsrid(st_makepoint(1, 2), 4326);",
}


@pytest.mark.parametrize("name", USES)
def test_extensions_that_the_target_has_not_load_by_their_stubs(load: Load, name: str) -> None:
    loaded = load(f"create extension {name};\n{USES[name]}\n")
    assert loaded.notes == ()
    columns = loaded.content.of_kind("column")
    if "geometry" in USES[name]:
        assert columns["public.t.at"] == "extensions.geometry(Point,4326) not null"
        assert columns["public.t.way"] == "extensions.geography(LineString,4326)"
    if "tokenizer" in USES[name]:
        assert loaded.content.of_kind("index")["public.j"].endswith("WITH (tokenizer='TokenMecab')")


@pytest.mark.parametrize("method", ["hnsw", "ivfflat"])
def test_an_index_of_vectors_takes_no_value(load: Load, method: str) -> None:
    """Its functions are those of boxes: none of them may ever see a vector."""
    made = "create extension vector with schema extensions;\ncreate table v (e vector);\n"
    index = f"create index on v using {method} (e vector_l2_ops);\n"
    row = "do $$ begin insert into v values ('x'); end $$;\n"
    assert load(f"{made}{index}").notes == ()
    for text in (f"{made}{index}{row}", f"{made}{row}{index}"):
        with pytest.raises(InvalidSqlError) as caught:
            load(text)
        assert "cannot accept a value of type internal" in caught.value.reason


def test_a_thousand_tables_load(load: Load) -> None:
    text = "".join(
        f"create table t{n} (id bigint generated always as identity primary key, name text not null);\n"
        f"create index on t{n} (name);\nalter table t{n} enable row level security;\n"
        f"comment on table t{n} is 'table {n}';\ncreate policy p on t{n} for select using (true);\n"
        for n in range(1000)
    )
    loaded = load(text)
    assert (len(loaded.content.of_kind("table")), len(loaded.content.of_kind("policy"))) == (1000, 1000)


def test_words_with_comments_between_them_are_still_about_databases() -> None:
    script = prepare("create/**/database x;\ncreate table t (a int);\ndrop --\n database y;\n", "schema.sql")
    assert (script.database_lines, len(script.steps)) == ([1, 3], 1)


def test_what_no_shadow_can_hold_is_named_as_not_managed() -> None:
    text = """create table t (a int);
security label for pgsodium on column t.a is 'ENCRYPT WITH KEY ID 1';
create subscription s connection 'host=x' publication p;
alter subscription s owner to postgres;
comment on subscription s is 'x';
create tablespace fast location '/x';
load 'x';
security/**/label for p on table t is 'x';
drop /* it */ subscription s;
"""
    script = prepare(text, "schema.sql")
    assert [step.statement.line for step in script.steps] == [1]
    assert [note.removeprefix("schema.sql: ") for note in script.notes()] == [
        f"{words} at line {line} is not managed: neither compared nor applied"
        for line, words in (
            (2, "SECURITY LABEL"), (3, "CREATE SUBSCRIPTION"), (4, "ALTER SUBSCRIPTION"),
            (5, "COMMENT ON SUBSCRIPTION"), (6, "CREATE TABLESPACE"), (7, "LOAD"), (8, "SECURITY LABEL"),
            (9, "DROP SUBSCRIPTION"),
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        "create operator class c for type int4 using btree as operator 1 <, function 1 btint4cmp(int4, int4)",
        "create text search template x (init = dsimple_init, lexize = dsimple_lexize)",
        "create access method m type index handler gisthandler",
        "create cast (text as int4) without function",
        "create function f() returns int language internal as 'now'",
        "create table pg_catalog.t (a int)",
    ],
)
def test_what_the_role_may_not_do_is_not_called_invalid(shadow: ShadowDatabases, statement: str) -> None:
    with pytest.raises(InvalidSqlError) as caught:
        shadow.desired(f"create table t (a int);\n{statement};\n", "schema.sql")
    assert caught.value.message == "Not permitted in schema.sql at line 2"
