"""Extensions that only the target has: what stands in for them in the shadow is made from the target's catalog."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from supasync.adapters.catalog import read_fingerprint
from supasync.adapters.database_errors import StatementError
from supasync.adapters.shadow.cluster import open_cluster
from supasync.adapters.shadow.databases import ShadowConfig, ShadowDatabases, open_shadow
from supasync.adapters.shadow.extensions import NOBODY, give_to_nobody, has_foreign_members, refuse_captured
from supasync.adapters.shadow.read_surroundings import read_surroundings
from supasync.adapters.shadow.runner import ShadowRunner
from supasync.core.catalog.fingerprint import Fingerprint
from supasync.core.catalog.stand_in import stand_in
from supasync.core.catalog.surroundings import Surroundings
from supasync.errors import InvalidSqlError
from tests.support import targets
from tests.support.project import MakeProject
from tests.support.real_vector import real_vector
from tests.support.targets import PROJECT, MakeTarget

VECTORS = """
create table docs (
  id int primary key, emb vector(3), half halfvec(4) default '[1,2,3,4]', thin sparsevec(5), bits bit(8)
);
create index docs_hnsw on docs using hnsw (emb vector_l2_ops) with (m = 16, ef_construction = 64);
create index docs_lists on docs using ivfflat (emb vector_cosine_ops) with (lists = 100);
create index docs_half on docs using hnsw ((emb::halfvec(3)) halfvec_ip_ops);
create index docs_bits on docs using hnsw (bits bit_hamming_ops) with (m = 4);
create index docs_order on docs (emb);
create function nearest(q vector) returns setof docs language sql stable
  as $$ select * from docs order by emb <-> q limit 3 $$;
create view near as select id, emb <=> '[1,1,1]' as distance, l2_normalize(emb) as one, emb + emb as two from docs;
"""
ROWS = "insert into docs (id, emb, bits) values (1, '[1,2,3]', '10101010'), (2, '[3,2,1]', '00000001')"
COMPARED = ("column", "index", "view", "function", "extension")
UNKNOWN = "create extension everykind with schema extensions cascade;\ncreate table goods (id int primary key);\n"


def seen(found: Fingerprint) -> dict[str, set[tuple[str, str]]]:
    return {kind: {(row.identity, str(row.definition)) for row in found.rows if row.kind == kind} for kind in COMPARED}


def test_real_pgvector_of_18_stands_in_for_itself_in_17(run_root: Path, shadow_cache: Path) -> None:
    with real_vector(run_root, VECTORS) as target:
        target.sql(ROWS)
        with target.session() as session:
            surroundings, there = read_surroundings(session), read_fingerprint(session)
    assert [one.name for one in surroundings.stand_ins] == ["vector"]
    older = replace(surroundings, major=17)
    with open_shadow(ShadowConfig(PROJECT, shadow_cache), older) as shadow:
        loaded = shadow.desired(VECTORS, "schema.sql")
        assert loaded.notes == ()
        assert seen(loaded.content) == seen(there)


def test_what_the_target_could_make_is_known_by_name_first(make_target: MakeTarget, make_project: MakeProject) -> None:
    project = make_project(make_target())
    project.write_schema(UNKNOWN + "create table priced (price extensions.amount(3));\n")
    refused = project.run("status").ended(1)
    assert 'type "extensions.amount" does not exist' in refused.err
    assert "sync CREATE EXTENSION alone first" in refused.err
    project.write_schema(UNKNOWN)
    told = project.run("sync", "--yes").ok()
    assert "everykind" in told.out
    assert "sync CREATE EXTENSION alone first" in told.out + told.err
    project.write_schema(UNKNOWN + "create table priced (price extensions.amount(3));\n")
    project.run("sync", "--yes").ok()
    assert "IN SYNC" in project.run("status").ok().out


@pytest.fixture
def known(make_target: MakeTarget, shadow_cache: Path) -> Iterator[tuple[ShadowDatabases, Surroundings]]:
    target = make_target("create extension everykind with schema extensions cascade")
    with target.session() as session:
        surroundings = read_surroundings(session)
    with open_shadow(ShadowConfig(PROJECT, shadow_cache), surroundings) as shadow:
        yield shadow, surroundings


def test_every_member_of_an_extension_has_its_stand_in(known: tuple[ShadowDatabases, Surroundings]) -> None:
    shadow, surroundings = known
    (one,) = surroundings.stand_ins
    assert one.requires == {"cube": "extensions"}
    (script,) = shadow._config.cache_dir.glob(f"postgres/*/share/postgresql/extension/everykind--{one.version}.sql")
    written = script.read_text(encoding="utf-8")
    assert [text for text in one.statements if f"{text};\n" not in written] == []
    with shadow.session(shadow.baseline()) as session:
        assert session.rows("select extversion from pg_extension where extname = 'everykind'") == [(one.version,)]


@pytest.mark.parametrize("version", ["", " version '0.9'"])
def test_a_stand_in_comes_back_after_its_drop_whatever_version_is_said(
    known: tuple[ShadowDatabases, Surroundings], version: str
) -> None:
    runner = ShadowRunner(known[0])
    database = runner.scratch(runner.baseline())
    again = f"create extension everykind with schema extensions{version}"
    runner.run(database, ["drop extension everykind", again, "alter extension everykind update"])
    assert runner.fingerprint(database) == runner.fingerprint(runner.baseline())


def test_options_of_its_indexes_are_set_reset_and_outlive_a_change_of_type(
    known: tuple[ShadowDatabases, Surroundings],
) -> None:
    runner = ShadowRunner(known[0])
    database = runner.scratch(runner.baseline())

    def options() -> dict[str, str]:
        definitions = runner.fingerprint(database).of_kind("index")
        return {name.removeprefix("public."): text.partition(" WITH ")[2] for name, text in definitions.items()}

    runner.run(
        database,
        [
            "create table many (id int, n int) partition by range (id)",
            "create table part partition of many for values from (0) to (9)",
            "create index many_n on many using ranges (n) with (pages_per_range = 16, autosummarize)",
            "create table one (id int, n int)",
            "create index one_n on one using ranges (n) with (pages_per_range = 8)",
        ],
    )
    both = "(pages_per_range='16', autosummarize='true')"
    assert options() == {"many_n": both, "part_n_idx": both, "one_n": "(pages_per_range='8')"}
    runner.run(database, ["alter table one alter column n type int using n + 1"])
    assert options()["one_n"] == "(pages_per_range='8')"
    runner.run(database, ["alter index one_n set (pages_per_range = 2, autosummarize = off)"])
    assert options()["one_n"] == "(pages_per_range='2', autosummarize=off)"
    runner.run(database, ["alter index one_n reset (autosummarize)", "create index on one (id) with (fillfactor = 50)"])
    assert options() == {
        "many_n": both, "part_n_idx": both, "one_n": "(pages_per_range='2')", "one_id_idx": "(fillfactor='50')",
    }  # fmt: skip


def test_an_option_that_no_method_knows_is_an_error(known: tuple[ShadowDatabases, Surroundings]) -> None:
    with pytest.raises(InvalidSqlError, match="line 2") as caught:
        known[0].desired("create table t (n int);\ncreate index on t using btree (n) with (m = 3);", "schema.sql")
    assert 'unrecognized parameter "m"' in caught.value.reason


def test_no_type_of_a_file_gets_into_a_table_of_a_superuser(known: tuple[ShadowDatabases, Surroundings]) -> None:
    """PostgreSQL makes up the name of an array's type, and another one where that is taken."""
    file = """
        drop extension everykind;
        create function public.act(float8, float8) returns float8 language plpgsql immutable as $$ begin
          raise exception '% is % a superuser', current_user, (select rolsuper from pg_catalog.pg_roles
            where rolname = current_user); end $$;
        create type extensions._grade as range (subtype = float8, subtype_diff = public.act);
        create extension everykind with schema extensions;
        do $$ begin
          insert into everykind_own.item values (1, extensions._grade(1, 2)), (2, extensions._grade(1, 3));
          analyze everykind_own.item;
        end $$;
        """
    with pytest.raises(InvalidSqlError) as caught:
        known[0].desired(file, "schema.sql")
    assert "is of type grade[] but expression is of type _grade" in caught.value.reason


def test_a_stand_in_is_made_beside_what_it_requires_where_the_target_has_that(
    known: tuple[ShadowDatabases, Surroundings],
) -> None:
    file = """
        drop extension everykind;
        drop extension cube;
        create schema elsewhere;
        create extension cube with schema elsewhere;
        create extension everykind with schema extensions;
        """
    with pytest.raises(InvalidSqlError) as caught:
        known[0].desired(file, "schema.sql")
    assert 'requires the extension "cube", which is in the schema "extensions" on the target' in caught.value.reason


def test_the_tables_of_an_extension_are_nobodys(run_root: Path, shadow_cache: Path) -> None:
    """Whatever a script was led to: what runs as the owner of its tables has no rights, and the file not theirs."""
    programs = targets.bin_dir(run_root, 17)
    with open_cluster(programs, shadow_cache, "nobodys") as cluster, cluster.session() as admin:
        admin.rows("drop extension if exists cube")  # of another run
        admin.rows("drop schema if exists made cascade")
        admin.rows("create schema made")
        with admin.transaction():
            admin.rows("create extension cube with schema made")
            admin.rows("create function made.who(int) returns text language sql immutable return current_user")
            admin.rows("create table made.item (id serial, n int)")
            admin.rows("create view made.seen as select n from made.item")
            admin.rows("create table made.other (n int)")
            for member in ("function made.who(int)", "table made.item", "view made.seen"):
                admin.rows(f"alter extension cube add {member}")
            give_to_nobody(admin)
        assert dict(
            admin.rows(
                "select relname::text, relowner::regrole::text from pg_class"
                " where relnamespace = 'made'::regnamespace and relkind in ('r', 'v', 'S')"
            )
        ) == {"item": NOBODY, "item_id_seq": NOBODY, "seen": NOBODY, "other": "supabase_admin"}
        assert not has_foreign_members(admin)
        admin.rows("create index who on made.item (made.who(n))")
        admin.rows("insert into made.item (n) select generate_series(1, 20)")
        admin.rows("analyze made.item")
        seen = "select most_common_vals::text from pg_stats where tablename = 'who'"
        assert admin.value(seen) == f"{{{NOBODY}}}"
        (rights,) = admin.rows(
            "select rolsuper, rolcanlogin, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolinherit,"
            " exists (select from pg_auth_members where roleid = r.oid or member = r.oid)"
            " from pg_roles r where rolname = %s",
            (NOBODY,),
        )
        assert not any(rights)
        with admin.transaction():
            admin.rows("create role somebody_else")
            admin.rows(f"grant {NOBODY} to somebody_else")
            assert has_foreign_members(admin)


@pytest.mark.parametrize(
    "statement",
    [
        "create type made.pair as (labels theirs.label)",
        "do $$ begin create type made.pair as (labels theirs.label); exception when others then raise; end $$",
        "create table made.item (n int default theirs.number())",
        "create table made.item (n int check (theirs.yes(n, n)))",
        "create index item_index on made.plain ((theirs.number() + n))",
        "create view made.seen as select theirs.number()",
        "create operator class made.ints for type int4 using btree as operator 3 theirs.=",
        "create operator class made.ints for type int4 using btree as function 1 theirs.cmp(int4, int4)",
        "create operator made.## (leftarg=int, rightarg=int, function=made.yes, commutator=operator(theirs.##))",
    ],
)
def test_an_extension_leans_on_nothing_of_a_file_s(run_root: Path, shadow_cache: Path, statement: str) -> None:
    signs = {"<": "lt", "<=": "le", "=": "eq", ">=": "ge", ">": "gt", "##": "yes"}
    takes = "(int, int) returns boolean language sql immutable return true"
    operator = "create operator theirs.{} (leftarg = int, rightarg = int, function = theirs.{})"
    theirs = (
        "create type theirs.label as enum ()",
        "create function theirs.number() returns int language sql immutable return 1",
        "create function theirs.cmp(int, int) returns int language sql immutable return 0",
        *(f"create function theirs.{name}{takes}" for name in signs.values()),
        *(operator.format(sign, name) for sign, name in signs.items()),
    )
    programs = targets.bin_dir(run_root, 17)
    with open_cluster(programs, shadow_cache, "captured") as cluster, cluster.session() as admin:
        with admin.transaction():
            admin.rows("drop schema if exists theirs, made cascade")  # of another run
            admin.rows("drop role if exists somebody")
            admin.rows("create role somebody")
            admin.rows("create schema theirs authorization somebody")
            admin.rows("set local role somebody")
            for text in theirs:
                admin.rows(text)
        with admin.transaction():
            admin.rows("create schema made")
            admin.rows("create table made.plain (n int)")
            admin.rows(f"create function made.yes{takes}")
            refuse_captured(admin, "made")
            admin.rows(statement)
            with pytest.raises(StatementError, match="beside objects that have names of its own"):
                refuse_captured(admin, "made")


GEOMETRY = {
    "name": ["extensions", "geometry"], "category": "U", "preferred": False, "delimiter": ":", "collatable": False,
    "not null": False, "input": ["extensions", "geometry_in"], "input arguments": [["pg_catalog", "cstring"]],
    "output": ["extensions", "geometry_out"], "modifier input": ["extensions", "geometry_mod_in"],
    "modifier output": ["extensions", "geometry_mod_out"], "base": None, "subtype": None, "labels": [], "columns": [],
}  # fmt: skip


def _compiled(name: str, argument: list[str], returns: list[str]) -> tuple[str, dict[str, object]]:
    return "routine", {
        "name": ["extensions", name], "kind": "f", "arguments": [argument], "all": None, "modes": None, "names": None,
        "defaults": 0, "returns": returns, "set": False, "volatility": "i", "parallel": "s", "variadic": False,
        "pseudo": True, "of aggregate": None,
    }  # fmt: skip


def test_modifiers_that_only_the_real_type_understands_are_kept(shadow_cache: Path) -> None:
    """As those of PostGIS, which is in no test's PostgreSQL: its type is told as its catalog would tell it."""
    cstring, integer, own = ["pg_catalog", "cstring"], ["pg_catalog", "int4"], ["extensions", "geometry"]
    members = [
        ("base type", GEOMETRY),
        _compiled("geometry_in", cstring, own),
        _compiled("geometry_out", own, cstring),
        _compiled("geometry_mod_in", ["pg_catalog", "cstring", "[]"], integer),
        _compiled("geometry_mod_out", integer, cstring),
    ]
    made = stand_in("postgis", "extensions", False, {}, members)
    context = Surroundings(17, platform=True, extensions=(("postgis", "extensions"),), stand_ins=(made,))
    file = (
        "create table place (id int, at geometry(point, 4326), way extensions.geometry('LINESTRINGZ'), z geometry);\n"
        "alter table place add c geometry(Polygon,0) generated always as (at::geometry(polygon)) stored;\n"
    )
    with open_shadow(ShadowConfig(PROJECT, shadow_cache), context) as shadow:
        runner = ShadowRunner(shadow)
        columns = runner.fingerprint(shadow.desired(file, "schema.sql").database).of_kind("column")
        kind = "extensions.geometry"
        assert columns == {
            "public.place.id": "integer",
            "public.place.at": f"{kind}(Point,4326)",
            "public.place.way": f"{kind}(LineStringZ)",
            "public.place.z": kind,
            "public.place.c": f"{kind}(Polygon) generated always as ((at)::{kind}(Polygon)) stored",
        }
        copy = runner.scratch(shadow.baseline())
        runner.run_what_runs(copy, [f"create table place (at {kind}(Point,4326), x {kind}(MultiPoint,3857))"])
        runner.run(copy, [f"alter table place alter x type {kind}(Point,3857) using x::{kind}(Point,3857)"])
        assert runner.fingerprint(copy).of_kind("column") == {
            "public.place.at": f"{kind}(Point,4326)",
            "public.place.x": f"{kind}(Point,3857)",
        }
