"""What the attic says of itself: names, labels, and keeps that come back out of a migration's text."""

from __future__ import annotations

import pytest

from supasync.adapters.keep_codec import KeepCodec
from supasync.core.attic.inventory import keeps_in, note_sql
from supasync.core.attic.model import (
    LENT,
    AtticEntry,
    Keep,
    KeepKind,
    KeptColumn,
    Key,
    Label,
    attic_name,
    is_foreign,
    standing,
    worst,
)
from supasync.core.attic.model import (
    ColumnOutcome as Outcome,
)
from supasync.core.changes.direction import Direction
from supasync.core.plan.migration_file import join_statements
from supasync.core.sql import runnable, split
from supasync.errors import SupasyncError

CODEC = KeepCodec()
LONG = "n" * 63
ID = KeptColumn("id", "integer")
KEEPS = [
    pytest.param(Keep("attic_1_1", KeepKind.ROWS, "public", "t", (ID, KeptColumn("x", "text"))), id="rows"),
    pytest.param(Keep("attic_1_1", KeepKind.ROWS, "public", "t", again=True), id="a table without columns"),
    pytest.param(
        Keep(
            "attic_1_2",
            KeepKind.VALUES,
            "a.b",
            'say "hi"',
            (KeptColumn("c.d", 'public."M d"', Outcome.RECAST, "text"),),
            Key((ID,)),
        ),
        id="quotes and dots",
    ),
    pytest.param(
        Keep(
            "attic_1_3",
            KeepKind.VALUES,
            "it's",
            "back\\slash",
            (KeptColumn("E'x\\'", "text"),),
            Key(rest=("a'", "\\n")),
        ),
        id="apostrophes and backslashes",
    ),
    pytest.param(
        Keep(
            "attic_1_4",
            KeepKind.VALUES,
            "größe",
            "日本語",
            (KeptColumn("🐘 ", "text", Outcome.CHANGED, "integer"),),
            whole=False,
        ),
        id="unicode",
    ),
    pytest.param(
        Keep(
            "attic_1_5",
            KeepKind.VALUES,
            LONG,
            LONG,
            (KeptColumn(LONG, "text", Outcome.AGAIN),),
            Key((), (LONG,), True),
        ),
        id="as long as names can be",
    ),
    pytest.param(
        Keep(
            "attic_1_6",
            KeepKind.VALUES,
            "public",
            "t",
            (KeptColumn("x", "text", Outcome.FILLED, "text"),),
            Key((KeptColumn(LENT, "uuid"),), ("id",), lent=LENT),
        ),
        id="a lent key",
    ),
    pytest.param(Keep("attic_1_7", KeepKind.POSITION, "public", "s q", owner=("a.b", "c'd", "e\\f")), id="a position"),
    pytest.param(Keep("attic_1_8", KeepKind.POSITION, "public", "alone"), id="a position of nothing"),
    pytest.param(
        Keep("attic_1_9", KeepKind.ROWS, "public", "line\nbreak;--", (KeptColumn("$supasync$", "text"),)), id="traps"
    ),
]


@pytest.mark.parametrize("keep", KEEPS)
def test_a_keep_goes_through_the_inventory(keep: Keep) -> None:
    assert CODEC.decode(keep.attic, keep.kind, CODEC.encode(keep)) == keep


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("keep", KEEPS)
def test_a_keep_goes_through_a_migrations_text(keep: Keep, direction: Direction) -> None:
    script = join_statements(note_sql(keep, "20261124", direction, CODEC))
    assert keeps_in(runnable(script), CODEC) == (keep,)
    assert len(split(script)) == 2


def test_keeps_are_read_in_their_order_and_beside_other_statements() -> None:
    keeps = [param.values[0] for param in KEEPS]
    texts = [text for keep in keeps for text in ("CREATE TABLE public.x ()", *note_sql(keep, "1", Direction.UP, CODEC))]  # type: ignore[arg-type]
    assert list(keeps_in(texts, CODEC)) == keeps


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 'supasync.attic (name) '",
        "-- INSERT INTO supasync.attic (name)\nCREATE TABLE public.t ()",
        "INSERT INTO public.attic (note) VALUES ('see supasync.attic for more')",
        "INSERT INTO attic (note) SELECT 'see supasync.attic for more'",
        "DELETE FROM supasync.attic WHERE version = '1'",
        'INSERT INTO "supasync.attic " SELECT 1',
    ],
)
def test_a_mention_of_the_inventory_keeps_nothing(text: str) -> None:
    assert keeps_in((text,), CODEC) == ()


def test_a_reformatted_entry_is_still_read() -> None:
    keep = Keep("attic_1_1", KeepKind.ROWS, "public", "t", (ID,))
    text = note_sql(keep, "1", Direction.UP, CODEC)[1].replace("supasync.attic (", '"supasync" . attic\n(')
    assert "supasync.attic" in text  # in the FROM at least
    assert keeps_in((text,), CODEC) == (keep,)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("'rows'", "'everything'", id="another kind"),
        pytest.param('"again": false', '"again": "no"', id="another type"),
        pytest.param('"again": false', '"again": false, "since": 1', id="one field more"),
        pytest.param('"again": false, ', "", id="one field less"),
        pytest.param('"again": false', '"again": false}', id="no JSON"),
    ],
)
def test_an_edited_entry_is_refused_by_its_name(old: str, new: str) -> None:
    text = note_sql(Keep("attic_1_1", KeepKind.ROWS, "public", "t", (ID,)), "1", Direction.UP, CODEC)[1]
    assert old in text
    with pytest.raises(SupasyncError, match="attic_1_1"):
        keeps_in((text.replace(old, new),), CODEC)


@pytest.mark.parametrize(
    ("version", "direction", "number", "name"),
    [
        ("20261124120000", Direction.UP, 1, "attic_20261124120000_1"),
        ("20261124120000", Direction.DOWN, 12, "attic_20261124120000_back_12"),
    ],
)
def test_names(version: str, direction: Direction, number: int, name: str) -> None:
    assert attic_name(version, direction, number) == name


@pytest.mark.parametrize(
    ("labels", "label"),
    [
        ((), Label.LOSSLESS),
        ((Label.LOSSLESS,), Label.LOSSLESS),
        ((Label.LOSSLESS, Label.FROM_ATTIC), Label.FROM_ATTIC),
        ((Label.SCHEMA_ONLY, Label.FROM_ATTIC, Label.LOSSLESS), Label.SCHEMA_ONLY),
        (("lossless from the attic", "lossless"), Label.FROM_ATTIC),
        ((Label.SCHEMA_ONLY, ""), ""),
        (("",), ""),
    ],
)
def test_the_worst_label_counts(labels: tuple[str, ...], label: str) -> None:
    assert worst(iter(labels)) == label


@pytest.mark.parametrize(
    ("name", "foreign"),
    [
        ("text", False),
        ("numeric(10,2)", False),
        ("timestamp(3) with time zone", False),
        ("integer[]", False),
        ("public.mood", True),
        ('"a.b"."c d"[]', True),
        ("extensions.geometry(Point,4326)", True),
    ],
)
def test_types_of_users_are_kept_as_text(name: str, foreign: bool) -> None:
    assert is_foreign(name) is foreign
    assert KeptColumn("x", name).kept_sql == ("x::text AS x" if foreign else "x")


@pytest.mark.parametrize(
    ("type_name", "wanted", "value"),
    [
        ("text", "", "k.x"),
        ("text", "text", "k.x"),
        ("text", "integer", "k.x::integer"),
        ("public.mood", "", "k.x::public.mood"),
        ("public.mood", "public.mood", "k.x::public.mood"),
        ("public.mood", "text", "k.x::text"),
    ],
)
def test_a_kept_value_has_the_type_that_is_wanted(type_name: str, wanted: str, value: str) -> None:
    assert KeptColumn("x", type_name).value_sql("k", wanted) == value


@pytest.mark.parametrize(
    ("keep", "words"),
    [
        (Keep("a", KeepKind.ROWS, "public", "Old Stats"), 'rows of "Old Stats"'),
        (Keep("a", KeepKind.VALUES, "app", "t", (ID, KeptColumn("a.b", "text"))), 'values of app.t.id, app.t."a.b"'),
        (Keep("a", KeepKind.POSITION, "public", "s"), "the current value of s"),
        (
            Keep("a", KeepKind.VALUES, "public", "t", (KeptColumn("x", "text", Outcome.FILLED),)),
            "which rows of t had no x",
        ),
        (
            Keep("a", KeepKind.VALUES, "public", "t", (ID, KeptColumn("x", "text", Outcome.FILLED))),
            "values of t.id, t.x",
        ),
    ],
)
def test_what_is_kept_in_words(keep: Keep, words: str) -> None:
    assert keep.words == words


def entry(
    name: str, version: str, when: int, direction: Direction = Direction.UP, purged_at: int | None = None
) -> AtticEntry:
    return AtticEntry(Keep(name, KeepKind.ROWS, "public", "t"), version, direction, 1, 1, when, purged_at)


ENTRIES = (entry("a", "1", 1), entry("b", "2", 2), entry("c", "2", 3, Direction.DOWN), entry("d", "3", 4, purged_at=9))


@pytest.mark.parametrize(
    ("versions", "names"),
    [
        pytest.param((), ["c", "b", "a"], id="all that stand, the newest first"),
        pytest.param(("3", "2"), ["b"], id="what these migrations took, not their rollbacks"),
        pytest.param(("1",), ["a"], id="an earlier one"),
        pytest.param(("4",), [], id="one that took nothing"),
    ],
)
def test_what_stands_in_the_attic(versions: tuple[str, ...], names: list[str]) -> None:
    assert [found.keep.attic for found in standing(ENTRIES, versions)] == names
