"""What statements take away, from the catalog before and after."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from supasync.core.attic.data_loss import Losses, losses_of, owner_of
from supasync.core.attic.model import KeptColumn
from supasync.core.catalog.facts import TargetFacts
from supasync.core.catalog.fingerprint import Fingerprint, ObjectRow
from supasync.core.catalog.inheritance import has_heirs, heritage, parents_of, with_parts
from supasync.core.catalog.state import State
from supasync.core.sql import qualified, quote_ident
from supasync.core.sql.keys import ColumnKey

TABLES = ("a", "b")


def state(
    columns: dict[tuple[str, str], dict[str, str]],
    *more: tuple[str, str, str],
    generated: Iterable[ColumnKey] = (),
    types: dict[tuple[str, str], tuple[ColumnKey, ...]] | None = None,
) -> State:
    """A database of tables with their columns and types, and further rows of the fingerprint."""
    rows = [ObjectRow("table", qualified(*table), "") for table in columns]
    rows = [row for row in rows if (row.kind, row.identity) not in {(kind, name) for kind, name, _ in more}]
    kinds = {(*table, name): kind for table, found in columns.items() for name, kind in found.items()}
    rows += [ObjectRow("column", f"{qualified(s, t)}.{quote_ident(c)}", kind) for (s, t, c), kind in kinds.items()]
    rows += [ObjectRow(*row) for row in more]
    facts = TargetFacts(column_types=kinds, generated_columns=frozenset(generated), type_columns=types or {})
    return State(Fingerprint.of(rows), facts)


T = ("public", "t")
ODD = ('My "Shop"', "a.b")
COLUMNS = {"id": "integer", "x": "text"}
EMPTY = state({})


def test_of_a_dropped_table_every_row_is_lost() -> None:
    found = losses_of(("DROP TABLE public.t",), state({T: COLUMNS}), EMPTY)
    assert found == Losses(tables={T: False})


def test_a_table_that_is_created_again_comes_back() -> None:
    both = state({T: COLUMNS})
    assert losses_of(("DROP TABLE public.t", "CREATE TABLE public.t (id int, x text)"), both, both).tables == {T: True}


def test_names_that_need_quotes() -> None:
    before = state({ODD: {"c.d": "integer", 'say "x"': "text"}, T: COLUMNS})
    after = state({ODD: {"c.d": "integer"}})
    found = losses_of(('ALTER TABLE "My ""Shop"""."a.b" DROP COLUMN "say ""x"""', "DROP TABLE public.t"), before, after)
    assert found == Losses(tables={T: False}, columns={ODD: (KeptColumn('say "x"', "text"),)})


def test_tables_of_one_name_in_two_schemas_are_two() -> None:
    other = ("app", "t")
    found = losses_of(("DROP TABLE app.t",), state({T: COLUMNS, other: COLUMNS}), state({T: COLUMNS}))
    assert found.tables == {other: False}


def test_a_view_of_that_name_afterwards_brings_no_rows_back() -> None:
    after = State(Fingerprint.of([ObjectRow("view", "public.t", "SELECT 1")]), TargetFacts())
    assert losses_of(("DROP TABLE public.t",), state({T: COLUMNS}), after).tables == {T: False}


def test_a_schema_that_goes_with_all_it_holds() -> None:
    before = state({T: COLUMNS, ODD: COLUMNS, ('My "Shop"', "u"): COLUMNS})
    found = losses_of(('DROP SCHEMA "My ""Shop""" CASCADE',), before, state({T: COLUMNS}))
    assert set(found.tables) == {ODD, ('My "Shop"', "u")}


@pytest.mark.parametrize(
    ("statement", "left", "lost"),
    [
        ("DROP TABLE public.t CASCADE", (), ["t", "heir", "heir of heir"]),
        ("DROP TABLE public.t CASCADE", ("heir", "heir of heir"), ["t"]),  # they ended their inheritance before
        ("DROP TABLE public.t", ("heir", "heir of heir"), ["t"]),
        ("DROP TABLE public.heir CASCADE", ("t",), ["heir", "heir of heir"]),
    ],
)
def test_heirs_go_with_what_they_inherit_from(statement: str, left: tuple[str, ...], lost: list[str]) -> None:
    names = ("t", "heir", "heir of heir", "other")
    before = state(
        {("public", name): COLUMNS for name in names},
        ("inheritance", "public.heir", "public.t"),
        ("inheritance", 'public."heir of heir"', "public.heir"),
    )
    after = state({("public", name): COLUMNS for name in (*left, "other")})
    assert {name for _, name in losses_of((statement,), before, after).tables} == set(lost)


def test_a_table_that_is_not_there_loses_nothing() -> None:
    assert not losses_of(("DROP TABLE IF EXISTS public.gone",), state({T: COLUMNS}), state({T: COLUMNS})).any


def test_foreign_tables_hold_nothing_here() -> None:
    before = state({T: COLUMNS}, ("foreign table", "public.t", "server s"))
    before = State(Fingerprint.of(row for row in before.fingerprint.rows if row.kind != "table"), before.facts)
    assert not losses_of(("ALTER FOREIGN TABLE public.t DROP COLUMN x", "DROP TABLE public.t"), before, EMPTY).any


PARTITIONED = state(
    {("public", name): COLUMNS for name in ("top", "mid", "low", "alone")},
    ("table", "public.top", "partitioned by RANGE (id)"),
    ("table", "public.mid", "partitioned by LIST (x)"),
    ("partition", "public.mid", "of public.top FOR VALUES FROM (1) TO (9)"),
    ("partition", "public.low", "of public.mid DEFAULT"),
)


def test_the_rows_of_partitions_of_partitions_count_as_the_topmost_tables() -> None:
    drops = ("DROP TABLE public.low", "DROP TABLE public.mid", "DROP TABLE public.top")
    assert losses_of(drops, PARTITIONED, EMPTY).tables == {("public", "top"): False}
    assert losses_of(drops[:1], PARTITIONED, EMPTY).tables == {("public", "low"): False}
    assert losses_of((drops[0], drops[2]), PARTITIONED, EMPTY).tables == {("public", "top"): False}


@pytest.mark.parametrize(
    ("definition", "parent"),
    [
        ("of public.top FOR VALUES FROM (1) TO (9)", ("public", "top")),
        ("of public.top DEFAULT", ("public", "top")),
        ("of \"my.app\".\"the top\" FOR VALUES IN (' FOR VALUES ', 'x DEFAULT')", ("my.app", "the top")),
        ('of "say ""hi"""."DEFAULT" DEFAULT', ('say "hi"', "DEFAULT")),
        ('of public."x DEFAULT" DEFAULT', ("public", "x DEFAULT")),
        ('of public."x FOR VALUES y" FOR VALUES IN (1)', ("public", "x FOR VALUES y")),
        ('of public."x FOR VALUES y" DEFAULT', ("public", "x FOR VALUES y")),
    ],
)
def test_what_a_partition_is_one_of(definition: str, parent: tuple[str, str]) -> None:
    fingerprint = Fingerprint.of([ObjectRow("partition", 'public."my part"', definition)])
    assert parents_of(fingerprint) == {("public", "my part"): parent}


def test_only_a_partitioned_table_has_parts() -> None:
    found = [with_parts(PARTITIONED.fingerprint, ("public", name)) for name in ("top", "mid", "low", "alone")]
    assert found == [True, True, False, False]


@pytest.mark.parametrize(
    ("definition", "parents"),
    [
        ("public.a", (("public", "a"),)),
        ("public.a, app.a", (("public", "a"), ("app", "a"))),
        ('"x.y"."a, b", public.c', (("x.y", "a, b"), ("public", "c"))),
        ('public."a, public.b"', (("public", "a, public.b"),)),
    ],
)
def test_what_a_table_inherits_from(definition: str, parents: tuple[tuple[str, str], ...]) -> None:
    fingerprint = Fingerprint.of([ObjectRow("inheritance", "public.heir", definition)])
    assert heritage(fingerprint) == {("public", "heir"): parents}
    assert [has_heirs(fingerprint, parent) for parent in parents] == [True] * len(parents)
    assert not has_heirs(fingerprint, ("public", "b"))


@pytest.mark.parametrize(
    ("definition", "owner"),
    [
        ("as bigint start 1 cache 1", None),
        ("as bigint start 1 cycle owned by public.t.id", ("public", "t", "id")),
        ("as integer start 1 identity of public.t.id", ("public", "t", "id")),
        ('as bigint owned by "a.b"."c d"."e.f"', ("a.b", "c d", "e.f")),
        ('as bigint identity of public."say ""x"""."select"', ("public", 'say "x"', "select")),
        ('as bigint owned by public."x identity of y".id', ("public", "x identity of y", "id")),
        ('as bigint identity of public.t."n owned by a.b"', ("public", "t", "n owned by a.b")),
    ],
)
def test_which_column_a_sequence_numbers(definition: str, owner: tuple[str, str, str] | None) -> None:
    assert owner_of(definition) == owner


def lost(before: State, after: State, *statements: str) -> dict[str, str]:
    return {c.name: c.fate for found in losses_of(statements, before, after).columns.values() for c in found}


DROP, ADD = "ALTER TABLE public.t DROP COLUMN x", "ALTER TABLE public.t ADD COLUMN x {}"
X = ("public", "t", "x")


@pytest.mark.parametrize(
    ("old", "new", "fate"),
    [
        pytest.param("text", "", "gone", id="gone"),
        pytest.param("text", "text", "again", id="dropped and added"),
        pytest.param("integer", "bigint", "again", id="and wider"),
        pytest.param("text", "integer", "recast", id="and read as something else"),
        pytest.param("text", "=text", "changed", id="computed from now on"),
        pytest.param("=text", "text", "again", id="computed no longer"),
        pytest.param("=text", "=text", None, id="computed both times"),
        pytest.param("=text", "", None, id="computed and gone"),
    ],
)
def test_what_becomes_of_a_dropped_column(old: str, new: str, fate: str | None) -> None:
    before = state({T: {"id": "integer", "x": old.strip("=")}}, generated=[X] if "=" in old else ())
    columns = {"id": "integer"} | ({"x": new.strip("=")} if new else {})
    after = state({T: columns}, generated=[X] if "=" in new else ())
    assert lost(before, after, DROP, *([ADD.format(new.strip("="))] if new else [])) == ({"x": fate} if fate else {})


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("integer", "bigint", False),
        ("bigint", "integer", False),
        ("numeric(10,2)", "numeric(10,1)", True),
        ("text", "integer", True),
        ("public.mood", "text", False),
        ("text", "public.mood", False),
        ("public.mood", 'public."Mood 2"', False),
        ("text[]", "public.mood[]", False),
        ("public.mood", "character varying(2)", True),
        ("text", "public.note", False),
        ("text", "public.short", True),
        ("text", "public.deep", True),
        ("public.note", "public.short", True),
        ("public.short", "public.note", False),
        ("public.note", "text", False),
        ("text", "extensions.hstore", True),
    ],
)
def test_a_type_is_judged_by_what_is_below_it(old: str, new: str, changed: bool) -> None:
    types = (
        ("enum", "public.mood", "'a', 'b'"),
        ("enum", 'public."Mood 2"', "'a', 'b'"),
        ("domain", "public.note", "text default 'x'::text constraint c CHECK (VALUE <> ' not null ')"),
        ("domain", "public.short", "character varying(3) not null"),
        ("domain", "public.deep", "public.short"),
    )
    before, after = (state({T: {"id": "integer", "x": kind}}, *types) for kind in (old, new))
    alter = f"ALTER TABLE public.t ALTER COLUMN x TYPE {new} USING x::{new}"
    assert lost(before, after, alter) == ({"x": "changed"} if changed else {})


@pytest.mark.parametrize(
    ("using", "changed"),
    [
        ("", False),
        ("USING x", False),
        ("USING x::bigint", False),
        ("USING (x::text)::bigint", False),
        ("USING 0", True),
        ("USING x + 1", True),
        ("USING id", True),
        ("USING CASE WHEN x > 0 THEN x END", True),
    ],
)
def test_a_change_of_type_may_make_any_values(using: str, changed: bool) -> None:
    before, after = (state({T: {"id": "integer", "x": kind}}) for kind in ("integer", "bigint"))
    alter = f"ALTER TABLE public.t ALTER COLUMN x TYPE bigint {using}"
    assert lost(before, after, alter) == ({"x": "changed"} if changed else {})


def test_a_domain_that_means_another_type_now() -> None:
    columns = {T: {"id": "integer", "x": "public.code"}}
    before = state(columns, ("domain", "public.code", "text"))
    after = state(columns, ("domain", "public.code", "integer not null"))
    way = ("ALTER TABLE public.t ALTER COLUMN x TYPE text", "ALTER TABLE public.t ALTER COLUMN x TYPE public.code")
    assert lost(before, after, *way) == {"x": "changed"}


def test_the_type_below_domains_below_a_domain() -> None:
    here = state({T: {"x": "public.outer"}}, ("domain", "public.outer", "public.inner not null"),
                 ("domain", "public.inner", "numeric(4,1) constraint c CHECK (VALUE > 0)"))  # fmt: skip
    assert here.base_type(X) == "numeric(4,1)"
    assert state({T: COLUMNS}).base_type(X) == ""


def test_columns_of_a_table_that_goes_are_not_counted_twice() -> None:
    found = losses_of((DROP, "DROP TABLE public.t"), state({T: COLUMNS}), EMPTY)
    assert found == Losses(tables={T: False})


def test_columns_whose_composite_type_loses_a_part() -> None:
    before = state({T: {"id": "integer", "x": "public.pair"}}, types={("public", "pair"): (X,)})
    assert lost(before, before, "ALTER TYPE public.pair DROP ATTRIBUTE b") == {"x": "changed"}
    assert lost(before, before, "ALTER TYPE public.pair ADD ATTRIBUTE b int") == {}
    assert lost(before, before, "ALTER TYPE app.pair DROP ATTRIBUTE b") == {}


SEQUENCE = ("sequence", 'public."T_x seq"', "as bigint start 1 owned by public.t.x")


@pytest.mark.parametrize(
    ("statements", "gone", "kept"),
    [
        pytest.param((DROP,), True, True, id="with its column"),
        pytest.param(("DROP TABLE public.t",), True, True, id="with its table"),
        pytest.param(('DROP SEQUENCE public."T_x seq"',), True, True, id="alone"),
        pytest.param((DROP, ADD.format("bigserial")), False, True, id="and made again"),
        pytest.param(('ALTER SEQUENCE public."T_x seq" RESTART',), False, True, id="begun anew"),
        pytest.param(('ALTER SEQUENCE public."T_x seq" INCREMENT 2',), False, False, id="changed"),
        pytest.param(('DROP SEQUENCE app."T_x seq"',), False, False, id="another one"),
        pytest.param(("ALTER TABLE app.t DROP COLUMN x",), False, False, id="another table's"),
    ],
)
def test_where_a_sequence_stood(statements: tuple[str, ...], gone: bool, kept: bool) -> None:
    columns = {T: {"id": "integer", "x": "bigint"}}
    before = state(columns, SEQUENCE)
    after = state(columns, *(() if gone else (SEQUENCE,)))
    found = losses_of(statements, before, after).sequences
    assert found == ({("public", "T_x seq"): X} if kept else {})


def test_a_sequence_behind_words_has_no_highest_number() -> None:
    before = state({T: {"id": "integer", "x": "text"}}, SEQUENCE)  # DEFAULT 'A' || nextval(...)
    assert losses_of((DROP,), before, state({T: {"id": "integer"}})).sequences == {("public", "T_x seq"): None}


def test_backfills_of_tables_that_stay() -> None:
    found = losses_of(
        ("DROP TABLE public.t",), state({T: COLUMNS, ("app", "t"): COLUMNS}), EMPTY, [X, ("app", "t", "x")]
    )
    assert found.backfilled == (("app", "t", "x"),)


@pytest.mark.parametrize(
    ("statement", "beyond"),
    [
        ("DELETE FROM public.t", True),
        ("TRUNCATE public.t", True),
        ("DROP EXTENSION hstore CASCADE", True),
        ("DROP OWNED BY app", True),
        ("INSERT INTO public.t VALUES (1)", False),
        ("DROP INDEX public.i", False),
        ("DROP VIEW public.v CASCADE", False),
    ],
)
def test_what_no_attic_can_hold(statement: str, beyond: bool) -> None:
    assert bool(losses_of((statement,), state({T: COLUMNS}), state({T: COLUMNS})).beyond) is beyond
